using SemanticStyleGan.Networks;
using SemanticStyleGan.Perception;
using SemanticStyleGan.Tests.Editing;
using SemanticStyleGan.Tests.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Perception;

public sealed class ParserTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly TemporaryFolder folder = new();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Theory, InlineData(ParserArchitecture.UNet), InlineData(ParserArchitecture.Pyramid)]
    public void Logits_have_the_image_s_size_and_features_halve(ParserArchitecture architecture)
    {
        using Parser parser = Tiny(architecture);
        Tensor images = randn(2, 3, 12, 20);
        Assert.Equal([2, 13, 12, 20], parser.Logits(images).shape);
        Assert.Equal([[2, 8, 12, 20], [2, 16, 6, 10], [2, 24, 3, 5]], parser.FeatureMaps(images).Select(m => m.shape));
        Tensor embedding = parser.Embedding(images);
        Assert.Equal([2, 48], embedding.shape);
        Assert.Equal(parser.FeatureMaps(images)[1][1, 3].mean().item<float>(), embedding[1, 8 + 3].item<float>(), 1e-5);
    }

    [Theory, InlineData(ParserArchitecture.UNet), InlineData(ParserArchitecture.Pyramid)]
    public void An_image_is_read_the_same_alone_as_among_others(ParserArchitecture architecture)
    {
        using Parser parser = Tiny(architecture);
        Tensor images = randn(3, 3, 8, 8);
        Tensor together = parser.Logits(images)[1], alone = parser.Logits(images[1].unsqueeze(0))[0];
        Assert.InRange((together - alone).abs().max().item<float>(), 0, 1e-5);
        Assert.True((together - parser.Logits(images)[2]).abs().max().item<float>() > 0.1);
    }

    [Fact]
    public void Images_of_another_size_are_read_at_the_parser_s_own()
    {
        using Parser parser = Tiny();
        Tensor images = randn(2, 3, 8, 8), doubled = images.repeat_interleave(2, 2).repeat_interleave(2, 3);
        Tensor expected = nn.functional.interpolate(parser.Logits(images), [16, 16], mode: InterpolationMode.Bilinear, align_corners: false);
        Parity.AssertSame(expected, parser.Logits(doubled), "logits");
        Assert.Equal([2, 13, 6, 6], parser.Logits(images.narrow(2, 0, 6).narrow(3, 0, 6)).shape);
        doubled.requires_grad_();
        parser.Logits(doubled).square().sum().backward();
        Assert.True(doubled.grad!.abs().amax([0, 1]).min().item<float>() > 0);
    }

    [Fact]
    public void A_size_that_can_t_be_halved_often_enough_is_refused()
    {
        using Parser parser = Tiny();
        Assert.Contains("multiples of 4", Assert.Throws<InputException>(() => parser.FeatureMaps(zeros(1, 3, 8, 6))).Message);
        Assert.Throws<InputException>(() => parser.Embedding(zeros(1, 4, 8, 8)));
    }

    [Theory, InlineData(ParserArchitecture.UNet), InlineData(ParserArchitecture.Pyramid)]
    public void A_saved_parser_reads_the_same_and_gives_gradients_to_images_only(ParserArchitecture architecture)
    {
        using Parser parser = Tiny(architecture);
        parser.Save(folder.File("parser.safetensors"));
        using Parser loaded = Parser.Load(folder.File("parser.safetensors"));
        Assert.Equal(parser.Config, loaded.Config);
        Assert.Equal(parser.Layout, loaded.Layout);
        Tensor images = randn(2, 3, 8, 8).requires_grad_();
        Parity.AssertSame(parser.Logits(images), loaded.Logits(images), "logits");

        loaded.Embedding(images).square().sum().backward();
        Assert.True(images.grad!.abs().sum().item<float>() > 0);
        Assert.All(loaded.Network.parameters(), p => Assert.False(p.requires_grad));
    }

    [Fact]
    public void Files_of_other_kinds_are_refused()
    {
        using (TinyModel tiny = new()) tiny.Model.Save(folder.File("model.safetensors"));
        Assert.Contains("no parser file", Assert.Throws<CheckpointFormatException>(() => ParserSource.Open(folder.File("model.safetensors"))).Message);
        using (Parser parser = Tiny()) parser.Save(folder.File("parser.safetensors"));
        Assert.Contains("no model file", Assert.Throws<CheckpointFormatException>(() => ModelSource.Open(folder.File("parser.safetensors"), CPU)).Message);
        Assert.Contains("no such parser", Assert.Throws<InputException>(() => ParserSource.Open("nothing")).Message);
        Assert.Contains(ParserSource.FileName, Assert.Throws<InputException>(() => ParserSource.Open(Directory.CreateDirectory(folder.File("empty")).FullName)).Message);
    }

    [Fact]
    public void A_configuration_s_faults_are_all_named()
    {
        string message = Assert.Throws<InputException>(() => new ParserConfig { Width = 12, Halvings = 0, Classes = 1 }.Validate()).Message;
        Assert.Contains("imageSize 40", Assert.Throws<InputException>(() => new ParserConfig { ImageSize = 40 }.Validate()).Message);
        Assert.Contains("width 12", message);
        Assert.Contains("halvings 0", message);
        Assert.Contains("classes 1", message);
    }

    /// <summary>Fresh weights, two halvings.</summary>
    internal static Parser Tiny(ParserArchitecture architecture = ParserArchitecture.UNet) => new(
        new ParserNetwork(new ParserConfig { ImageSize = 8, Architecture = architecture, Width = 8, Halvings = 2, MaxChannels = 24 }, new Initializer(3, CPU)), SemanticLayout.Faces);
}
