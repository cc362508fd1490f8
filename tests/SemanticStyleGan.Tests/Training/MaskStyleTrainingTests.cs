using System.Text.Json;
using SemanticStyleGan.Distributed;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Optimization;
using SemanticStyleGan.Tests.Formats;
using SemanticStyleGan.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Training;

public sealed class MaskStyleTrainingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static TrainingConfig Config(bool supervised) => TinyTraining.Config.AsMaskStyle(supervised) with { Images = 24 };

    [Theory, InlineData(false), InlineData(true)]
    public void A_run_that_stops_and_continues_gives_the_same_weights_bit_for_bit_and_a_model(bool supervised)
    {
        TinyTraining.Run(folder.File("whole"), Config(supervised));
        TinyTraining.Run(folder.File("parts"), Config(supervised) with { Images = 16 });
        TinyTraining.Run(folder.File("parts"), Config(supervised));
        using TensorFile whole = Last("whole"), parts = Last("parts");
        Parity.AssertSame(whole.Tensors, parts.Tensors);
        using SemanticModel model = SemanticModel.Load(folder.File("whole/model.safetensors"), CPU);
        Assert.Equal(GeneratorArchitecture.MaskStyle, model.Config.Architecture);
        Assert.Equal(supervised ? SemanticLayout.Faces : SemanticLayout.Found(13), model.Layout);
        string log = File.ReadAllText(folder.File("whole/log.jsonl"));
        foreach (string name in (string[])["adversarial", "semantic_consistency", "semantic_diversity", "r1_image"]) Assert.Contains($"\"{name}\"", log);
        Assert.Equal(supervised, log.Contains("\"r1_mask\"", StringComparison.Ordinal));
    }

    [Fact]
    public void The_generators_phase_gives_every_weight_but_the_noise_buffers_a_gradient()
    {
        using TrainingState state = new(Config(supervised: true), SemanticLayout.Faces, CPU);
        Phase phase = AdversarialPhases.Of(state, ProcessGroup.Alone, null).Single(p => p.Name == "generator");
        using DisposeScope scope = NewDisposeScope();
        BatchSlice slice = new(0, 1, 4);
        using SampleRandom random = new(1, 0, 2, slice);
        phase.Losses([new StepInput(slice, zeros(4, 3, 16, 16), zeros(4, 13, 16, 16), random, (_, _) => { })]).Single().backward();
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in state.Generator.named_parameters())
            Assert.True(parameter.grad is { } gradient && gradient.abs().max().ToDouble() > 0, name);
    }

    [Fact]
    public void A_loss_that_is_switched_off_gives_no_gradient_to_what_it_alone_trains()
    {
        using TrainingState state = new(Config(supervised: false) with { SemanticConsistency = 0 }, SemanticLayout.Found(13), CPU);
        Phase phase = AdversarialPhases.Of(state, ProcessGroup.Alone, null).Single(p => p.Name == "generator");
        using DisposeScope scope = NewDisposeScope();
        BatchSlice slice = new(0, 1, 4);
        using SampleRandom random = new(1, 0, 2, slice);
        phase.Losses([new StepInput(slice, zeros(4, 3, 16, 16), null, random, (_, _) => { })]).Single().backward();
        Assert.All(((MaskStyleGenerator)state.Generator).MaskEncoder.parameters(), p => Assert.True(p.grad is null || p.grad.abs().max().ToDouble() == 0));
    }

    [Fact]
    public void One_Adam_of_the_generator_moves_it_as_one_for_each_of_its_networks_would()
    {
        GeneratorConfig sizes = Config(supervised: true).Generator;
        using MaskStyleGenerator one = new(sizes, new Initializer(1, CPU)), three = new(sizes, new Initializer(1, CPU));
        using Adam whole = new(one, 0.01, 0.5, 0.999), masks = new(three.Masks, 0.01, 0.5, 0.999), styles = new(three.Styles, 0.01, 0.5, 0.999), synthesis = new(three.Synthesis, 0.01, 0.5, 0.999);
        using DisposeScope scope = NewDisposeScope();
        Tensor code = randn([2, sizes.StyleSize], generator: new Generator(3));
        for (int step = 0; step < 3; step++)
        {
            foreach (Adam adam in (Adam[])[whole, masks, styles, synthesis]) adam.ZeroGradients();
            foreach (MaskStyleGenerator generator in (MaskStyleGenerator[])[one, three]) generator.Synthesize(code).Image.square().mean().backward();
            foreach (Adam adam in (Adam[])[whole, masks, styles, synthesis]) adam.Step();
        }
        Parity.AssertSame(Weights.Of(three), Weights.Of(one));
        using MaskStyleGenerator fresh = new(sizes, new Initializer(1, CPU));
        Assert.True(Difference(Weights.Of(fresh)["styles.weight"], Weights.Of(one)["styles.weight"]) > 0.001);
    }

    [Fact]
    public void The_configuration_of_the_paper_is_that_of_the_specification_and_survives_its_JSON()
    {
        TrainingConfig config = TrainingConfig.CelebAMask512.AsMaskStyle(maskSupervision: false).Validate();
        Assert.Equal((1e-4, 0.5, 0.999, 1.0, 1.0), (config.LearningRate, config.Beta1, config.Beta2, config.SemanticConsistency, config.SemanticDiversity));
        Assert.Equal(0.006, TrainingConfig.Tiny64.AsMaskStyle(maskSupervision: false).LearningRate, 1e-12);
        Assert.Equal((512, 64, 512, 512, true), (config.Generator.StyleSize, config.Generator.CoarseSize, config.Generator.CoarseChannels, config.Generator.Channels(8), config.ImageOnly));
        string json = JsonSerializer.Serialize(config, StrictJson.Options);
        Assert.Contains("\"mask-style\"", json);
        Assert.Equal(config, JsonSerializer.Deserialize<TrainingConfig>(json, StrictJson.Options));
        Assert.Equal(GeneratorArchitecture.LocalGenerators, JsonSerializer.Deserialize<GeneratorConfig>("{}", StrictJson.Options)!.Architecture);
        Assert.True(config.ForLayout(SemanticLayout.Faces).ImageOnly);
        Assert.Equal(13, TrainingConfig.Tiny64.AsMaskStyle(true).ForLayout(SemanticLayout.Faces).Discriminator.Parts);
        Assert.Throws<InputException>(() => (TrainingConfig.Tiny64 with { SemanticDiversity = 1 }).Validate());
        Assert.Throws<InputException>(() => (config with { PathLength = 1 }).Validate());
    }

    private static double Difference(Tensor a, Tensor b) => Networks.ParityNetworks.Difference(a.detach(), b.detach());

    private TensorFile Last(string run)
    {
        using RunFolder opened = new(folder.File(run));
        return Safetensors.Read(opened.Checkpoints()[0]);
    }
}
