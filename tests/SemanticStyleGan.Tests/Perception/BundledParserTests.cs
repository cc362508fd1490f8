using SemanticStyleGan.Data;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Perception;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Perception;

/// <summary>The parsers that come with the program, on faces that they have not seen.</summary>
public sealed class BundledParserTests
{
    [Theory, InlineData(ParserSource.Default), InlineData(ParserSource.ForMeasures)]
    public void It_finds_the_parts_of_drawn_faces_also_of_bad_pictures(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using Parser parser = ParserSource.Open(name);
        Assert.Equal(SemanticLayout.Faces, parser.Layout);
        (Tensor images, Tensor? labels) = SampleTensors.Read(new SyntheticFaces(64, 64, 987_654), 0, 64);
        Assert.InRange(Agreement(parser, images, labels!), 0.8, 1);
        using Generator random = new(1);
        Assert.InRange(Agreement(parser, images + randn(images.shape, generator: random) * 0.1, labels!), 0.7, 1);
    }

    [Theory, InlineData(ParserSource.Default), InlineData(ParserSource.ForMeasures)]
    public void It_reads_faces_of_twice_the_size_too(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using Parser parser = ParserSource.Open(name);
        (Tensor images, Tensor? labels) = SampleTensors.Read(new SyntheticFaces(size: 128, count: 64, seed: 987_654), 0, 64);
        // Read as they are, without being resized, they come to less than 0.3.
        Assert.InRange(Agreement(parser, images, labels!), 0.8, 1);
    }

    [Fact]
    public void The_two_are_of_different_kinds_small_and_no_generators()
    {
        using Parser training = ParserSource.Open(), measures = ParserSource.Open(ParserSource.ForMeasures);
        Assert.NotEqual(training.Config.Architecture, measures.Config.Architecture);
        Assert.NotEqual(training.Provenance["data"]!.ToString(), measures.Provenance["data"]!.ToString());
        foreach (string name in ParserSource.Bundled)
        {
            Assert.InRange(new FileInfo(Path.Combine(AppContext.BaseDirectory, "models", name, ParserSource.FileName)).Length, 1, 2 << 20);
            Assert.DoesNotContain(name, ModelSource.Bundled);
        }
    }

    private static double Agreement(Parser parser, Tensor images, Tensor labels)
    {
        ConfusionMatrix confusion = new(parser.Layout.Count);
        confusion.Add(labels, parser.Logits(images).argmax(1));
        return confusion.MeanIntersectionOverUnion;
    }
}
