using System.Text.Json;
using SemanticStyleGan.Data;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Tests.Formats;
using SemanticStyleGan.Tests.Networks;
using SemanticStyleGan.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Training;

/// <summary>The authors' checkpoints after three steps: they load, generate, continue and go back.</summary>
public sealed class OfficialCheckpointTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory, InlineData("small"), InlineData("detached")]
    public void A_checkpoint_generates_what_the_authors_program_does_after_its_steps(string set)
    {
        using ParityNetworks parity = new(set);
        using DisposeScope scope = NewDisposeScope();
        using TrainingState state = OfficialCheckpoint.Load(Parity.Path($"{set}/000003.pt"), 4, null, CPU);
        using IDisposable _ = no_grad();
        parity.AssertClose("out.three_steps_image", state.Generator.Synthesize(state.Generator.Map(parity["in.z"])).Image, 1e-4);
        Assert.Equal(parity.Config, state.Config.Generator);
        Assert.Equal((12L, 3L, 4), (state.ImagesSeen, state.Iteration, state.Config.BatchSize));
        Assert.Equal((0.002, 16, 4), (state.Config.LearningRate, state.Config.R1Interval, state.Config.PathLengthInterval));
    }

    [Theory, InlineData("small"), InlineData("detached")]
    public void As_a_model_it_is_the_average_and_its_weights_may_be_trained(string set)
    {
        using PyTorchCheckpoint file = PyTorchCheckpoint.Read(Parity.Path($"{set}/000003.pt"));
        using SemanticModel model = ModelSource.Open(Parity.Path($"{set}/000003.pt"), CPU);
        using DisposeScope scope = NewDisposeScope();
        Parity.AssertSame(file.AverageGenerator!, OfficialModel.WeightsOf(model.Generator));
        Assert.All(model.Generator.parameters(), p => Assert.True(p.requires_grad && p.is_contiguous()));
        Tensor loss = model.Generator.Synthesize(randn(2, model.Config.StyleSize)).Image.square().mean();
        loss.backward();
        Assert.All(model.Generator.parameters().Where(p => p.grad is not null), p => Assert.Equal(p.shape, p.grad!.shape));
    }

    [Theory, InlineData("small"), InlineData("detached")]
    public void Out_and_in_again_is_the_same_bit_for_bit_moments_included(string set)
    {
        string path = Parity.Path($"{set}/000003.pt");
        using DisposeScope scope = NewDisposeScope();
        using (TrainingState state = OfficialCheckpoint.Load(path, 4, null, CPU)) OfficialCheckpoint.Save(state, folder.File("000003.pt"));
        using PyTorchCheckpoint a = PyTorchCheckpoint.Read(path), b = PyTorchCheckpoint.Read(folder.File("000003.pt"));
        Parity.AssertSame(a.Generator!, b.Generator!);
        Parity.AssertSame(a.Discriminator!, b.Discriminator!);
        Parity.AssertSame(a.AverageGenerator!, b.AverageGenerator!);
        Assert.Equal(a.Generator!.Keys, b.Generator!.Keys);
        foreach ((OfficialOptimizer x, OfficialOptimizer y) in new[] { (a.GeneratorOptimizer!, b.GeneratorOptimizer!), (a.DiscriminatorOptimizer!, b.DiscriminatorOptimizer!) })
        {
            Parity.AssertSame(x.FirstMoments, y.FirstMoments);
            Parity.AssertSame(x.SecondMoments, y.SecondMoments);
            Assert.Equal(x.Steps, y.Steps);
            Assert.Equal(x.LearningRate, y.LearningRate, 1e-12);
            Assert.Equal(x.Beta2, y.Beta2, 1e-12);
        }
        foreach ((string name, object? value) in a.Arguments) Assert.Equivalent(value, b.Arguments[name]);
    }

    [Fact]
    public void The_optimisers_go_on_from_their_moments()
    {
        // One more step with the same gradient: with the moments' history it differs from a fresh optimiser's first step.
        using DisposeScope scope = NewDisposeScope();
        using TrainingState state = OfficialCheckpoint.Load(Parity.Path("small/000003.pt"), 4, null, CPU);
        using PyTorchCheckpoint file = PyTorchCheckpoint.Read(Parity.Path("small/000003.pt"));
        var parameter = state.Discriminator.named_parameters().Single(p => p.name == "final_logit.weight").parameter;
        Tensor before = parameter.detach().clone(), gradient = full_like(parameter, 0.25f);
        parameter.grad = gradient.alias();
        state.DiscriminatorAdam.Step();

        double ratio = 16 / 17.0, beta2 = Math.Pow(0.99, ratio);
        Tensor square = file.DiscriminatorOptimizer!.SecondMoments["final_linear.1.weight"] * beta2 + gradient.square() * (1 - beta2);
        Tensor expected = before - 0.002 * ratio * gradient / (square.sqrt() / Math.Sqrt(1 - Math.Pow(beta2, 4)) + 1e-8);
        Assert.True((expected - parameter).abs().max().item<float>() < 1e-6);
    }

    [Fact]
    public void Training_continues_in_a_run_made_of_it()
    {
        SemanticLayout layout = SemanticLayout.Unnamed(5, [3]);
        string run = folder.File("run");
        TrainingConfig config;
        using (TrainingState state = OfficialCheckpoint.Load(Parity.Path("small/000003.pt"), 4, layout, CPU))
        using (RunFolder made = new(run))
        {
            config = state.Config with { Images = 20 };
            state.Save(made.Checkpoint(state.ImagesSeen));
            made.AgreeOn(state.Config);
        }
        long seen = new Trainer(config, new TrainingOptions { CheckpointImages = 8 }, new FivePartFaces(), CPU, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, SemanticStyleGan.Distributed.ProcessGroup.Alone).Run(run, null, CancellationToken.None);
        Assert.Equal(20, seen);
        using TrainingState after = TrainingState.Open(RunFolder.CheckpointsIn(run)[0], CPU);
        Assert.Equal((20L, 5L), (after.ImagesSeen, after.Iteration));
        Assert.Equal(layout, after.Layout);
        Dictionary<string, Tensor> moments = after.DiscriminatorAdam.State().ToDictionary(s => s.Key, s => s.Value);
        Assert.InRange(moments["final_logit.weight.steps"].item<long>(), 5, 7); // three of theirs, two of ours, perhaps R1
        Assert.Equal(config, JsonSerializer.Deserialize<TrainingConfig>(File.ReadAllText(Path.Combine(run, "config.json")), StrictJson.Options));
    }

    [Fact]
    public void What_training_needs_and_is_missing_is_named()
    {
        using PyTorchCheckpoint file = PyTorchCheckpoint.Read(Parity.Path("small/000003.pt"));
        new PyTorchCheckpoint { AverageGenerator = file.AverageGenerator, Arguments = file.Arguments }.Write(folder.File("a.pt"));
        Assert.Contains("has no 'g'", Assert.Throws<CheckpointFormatException>(() => OfficialCheckpoint.Load(folder.File("a.pt"), null, null, CPU)).Message, StringComparison.Ordinal);
        Assert.Contains("5 parts", Assert.Throws<InputException>(() => OfficialCheckpoint.Load(Parity.Path("small/000003.pt"), null, SemanticLayout.Faces, CPU)).Message, StringComparison.Ordinal);
        using SemanticModel model = ModelSource.Open(folder.File("a.pt"), CPU);
        Assert.Equal(32, model.Config.ImageSize);
    }

    [Fact]
    public void A_model_goes_out_as_an_average_and_comes_back()
    {
        using SemanticModel model = ModelSource.Open(Parity.Path("detached/000003.pt"), CPU);
        OfficialModel.Save(model, folder.File("b.pt"));
        using SemanticModel read = ModelSource.Open(folder.File("b.pt"), CPU);
        Assert.Equal(model.Config, read.Config);
        Parity.AssertSame(Weights.Of(model.Generator), Weights.Of(read.Generator));
        Parity.AssertSame(model.MeanLatent, read.MeanLatent, "mean");
    }

    /// <summary>Drawn faces whose 13 classes are folded into 5.</summary>
    private sealed class FivePartFaces : ISampleSource
    {
        private readonly SyntheticFaces faces = new(32, 16, 1);

        public SemanticLayout Layout { get; } = SemanticLayout.Unnamed(5, [3]);
        public int Size => 32;
        public int Count => 16;
        public string Description => "faces of five parts";

        public void Read(int index, Span<byte> rgb, Span<byte> labels)
        {
            faces.Read(index, rgb, labels);
            foreach (ref byte label in labels) label %= 5;
        }
    }
}
