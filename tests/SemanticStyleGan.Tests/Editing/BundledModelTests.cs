using SemanticStyleGan.Editing;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Synthesis;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Editing;

/// <summary>What edits do to the pictures of a trained model, by measure.</summary>
public sealed class BundledModelTests : IDisposable
{
    private const int Samples = 16;
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Mixing_hair_changes_pixels_of_the_hair_before_or_after()
    {
        using SemanticModel model = Open();
        Synthesizer synthesizer = new(model);
        int hair = model.Layout.IndexOf("hair");
        Tensor plus = model.Generator.Latents.Broadcast(synthesizer.Codes(0, Samples, 0.7));
        Tensor mixed = PartSelection.Parse("hair", PartCode.Both, model).Replace(plus, plus.roll(1, 0));
        IReadOnlyList<Picture> before = synthesizer.Pictures(plus), after = synthesizer.Pictures(mixed);
        long changed = 0, inside = 0;
        for (int i = 0; i < Samples; i++)
            for (int p = 0; p < before[i].Labels.Classes.Length; p++)
            {
                // A change that can be seen: an eighth of the range in some channel.
                if (!Enumerable.Range(3 * p, 3).Any(c => Math.Abs(before[i].Image.Pixels[c] - after[i].Image.Pixels[c]) >= 32)) continue;
                changed++;
                if (before[i].Labels.Classes[p] == hair || after[i].Labels.Classes[p] == hair) inside++;
            }
        Assert.True(changed > 500, $"only {changed} pixels changed");
        Assert.True(inside >= 0.9 * changed, $"{inside} of {changed} changed pixels lie in the hair before or after");
    }

    [Theory]
    [InlineData("mouth", 0.1, 0)]
    [InlineData("mouth", 0, -0.1)]
    [InlineData("hair", 0.1, 0)]
    [InlineData("hair", -0.1, 0)]
    [InlineData("hair", 0, 0.1)]
    [InlineData("cloth", -0.1, 0)]
    [InlineData("nose", 0, -0.1)]
    [InlineData("eye", 0, 0.1)]
    [InlineData("face", 0, 0.1)]
    [InlineData("neck", 0.1, 0)]
    public void A_shift_moves_the_middle_of_the_part_by_as_much(string name, double right, double down)
    {
        using SemanticModel model = Open();
        Synthesizer synthesizer = new(model);
        int part = model.Layout.IndexOf(name);
        List<double> moved = [];
        for (int seed = 0; seed < Samples; seed++)
        {
            PartMover mover = new(synthesizer, synthesizer.Codes(seed, 1, 0.7), [part]);
            IReadOnlyList<Picture> pictures = mover.Pictures([PartTransform.None, mover.Aim(new(right, down))]);
            if (Middle(pictures[0], part, down != 0) is { } a && Middle(pictures[1], part, down != 0) is { } b) moved.Add((b - a) / model.Config.ImageSize);
        }
        Assert.True(moved.Count > Samples / 2);
        Assert.InRange(moved.Average() / (right + down), 0.8, 1.2);
    }

    [Fact]
    public void The_larger_model_draws_what_the_parts_are()
    {
        const string Larger = "synthetic-faces-128";
        Assert.SkipUnless(ModelSource.Bundled.Contains(Larger), "no such model is installed");
        using SemanticModel model = ModelSource.Open(Larger, CPU);
        Synthesizer synthesizer = new(model);
        IReadOnlyList<Picture> pictures = synthesizer.Pictures(synthesizer.Codes(0, Samples, 0.7));
        Assert.All(pictures, p => Assert.Equal((128, 128), (p.Image.Width, p.Image.Height)));
        // What every drawn face has, in half to twice the share of pixels.
        foreach ((string name, double share) in ((string, double)[])[("background", 0.54), ("face", 0.14), ("hair", 0.15), ("cloth", 0.07), ("eye", 0.016)])
            Assert.InRange(pictures.Average(p => p.Labels.Classes.Count(c => c == model.Layout.IndexOf(name)) / (128.0 * 128)), share / 2, share * 2);
        // A mouth is redder than the face around it.
        double Red(string part) => pictures.Average(p => Enumerable.Range(0, 128 * 128).Where(i => p.Labels.Classes[i] == model.Layout.IndexOf(part))
            .Average(i => (double)p.Image.Pixels[3 * i] - p.Image.Pixels[(3 * i) + 1]));
        Assert.True(Red("mouth") > Red("face") + 10, $"mouths {Red("mouth")}, faces {Red("face")}");
    }

    private static double? Middle(Picture picture, int part, bool vertical)
    {
        int[] at = [.. Enumerable.Range(0, picture.Labels.Classes.Length).Where(p => picture.Labels.Classes[p] == part).Select(p => vertical ? p / picture.Labels.Width : p % picture.Labels.Width)];
        return at.Length < 20 ? null : at.Average();
    }

    private static SemanticModel Open()
    {
        Assert.SkipUnless(ModelSource.Bundled.Contains(ModelSource.Default), "no bundled model is installed");
        return ModelSource.Open(null, CPU);
    }
}
