using SemanticStyleGan.Formats;
using SemanticStyleGan.Losses;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Perception;
using SemanticStyleGan.Tests.Formats;
using SemanticStyleGan.Tests.Perception;
using SemanticStyleGan.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Training;

public sealed class MasksOnlyTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly SemanticModel model = new(new SemanticGenerator(TinyTraining.Config.Generator, new Initializer(9, CPU)), SemanticLayout.Faces);
    private readonly TrainingConfig config;

    public MasksOnlyTests()
    {
        using (Parser parser = ParserTests.Tiny()) parser.Save(folder.File("parser.safetensors"));
        config = TinyTraining.Config with { MasksOnly = true, Parser = folder.File("parser.safetensors"), LearningRate = 0.1, EmaRampUp = 0.01, Images = 160 };
    }

    public void Dispose()
    {
        model.Dispose();
        scope.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Masks_follow_the_parser_while_pictures_stay_to_the_bit()
    {
        using SemanticModel after = Trained(config);
        foreach ((string name, Tensor weight) in Weights.Of(model.Generator))
            Assert.Equal(!name.StartsWith("render.mask_heads", StringComparison.Ordinal), weight.equal(Weights.Of(after.Generator)[name]).all().item<bool>());

        using Parser parser = Parser.Load(folder.File("parser.safetensors"));
        using IDisposable _ = no_grad();
        Tensor z = randn(64, config.Generator.StyleSize, generator: new Generator(3));
        GeneratorOutput was = model.Generator.Synthesize(model.Generator.Map(z)), now = after.Generator.Synthesize(after.Generator.Map(z));
        Assert.True(was.Image.equal(now.Image).all().item<bool>());
        Tensor read = parser.Logits(was.Image);
        float before = MaskReadingLoss.Compute(read, was.Mask).item<float>(), afterwards = MaskReadingLoss.Compute(read, now.Mask).item<float>();
        Assert.True(afterwards < 0.96 * before, $"{before:0.000}, then {afterwards:0.000}");
    }

    [Fact]
    public void A_stopped_run_continues_exactly()
    {
        using SemanticModel whole = Trained(config with { Images = 32 }, "whole"), half = Trained(config with { Images = 16 }, "stopped"), both = Trained(config with { Images = 32 }, "stopped");
        Parity.AssertSame(Weights.Of(whole.Generator), Weights.Of(both.Generator));
    }

    [Fact]
    public void Other_losses_beside_it_are_refused()
    {
        Assert.Contains("projected 1, expected 0 with masksOnly", Assert.Throws<InputException>(() => (config with { Projected = 1 }).Validate()).Message);
        Assert.Contains("reconstruction", Assert.Throws<InputException>(() => (config with { Reconstruction = new() { Weight = 2 } }).Validate()).Message);
    }

    [Fact]
    public void The_other_architecture_has_no_heads_of_masks() =>
        Assert.Contains("masksOnly", Assert.Throws<InputException>(() => config.AsMaskStyle(maskSupervision: true).Validate()).Message);

    private SemanticModel Trained(TrainingConfig config, string run = "run")
    {
        TinyTraining.Run(folder.File(run), config, start: new TrainingStart(model));
        return ModelSource.Open(folder.File(run), CPU);
    }
}
