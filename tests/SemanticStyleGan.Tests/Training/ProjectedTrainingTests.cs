using SemanticStyleGan.Distributed;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Perception;
using SemanticStyleGan.Tests.Formats;
using SemanticStyleGan.Tests.Perception;
using SemanticStyleGan.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Training;

/// <summary>Training with a projected discriminator beside the other one.</summary>
public sealed class ProjectedTrainingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public ProjectedTrainingTests()
    {
        using Parser parser = ParserTests.Tiny();
        parser.Save(ParserFile);
    }

    public void Dispose() => folder.Dispose();

    private string ParserFile => folder.File("parser.safetensors");

    private TrainingConfig Config => TinyTraining.Config with { Projected = 0.5, Parser = ParserFile, Images = 24 };

    [Theory, InlineData(false, true), InlineData(true, true), InlineData(true, false)]
    public void A_run_that_stops_and_continues_gives_the_same_weights_bit_for_bit(bool maskStyle, bool masks)
    {
        TrainingConfig config = maskStyle ? Config.AsMaskStyle(masks) : Config;
        TinyTraining.Run(folder.File("whole"), config);
        TinyTraining.Run(folder.File("parts"), config with { Images = 8 });
        TinyTraining.Run(folder.File("parts"), config);
        using TensorFile whole = Last("whole"), parts = Last("parts");
        Parity.AssertSame(whole.Tensors, parts.Tensors);
        Assert.Equal(64 + (masks ? 13 : 0), whole.Tensors["projected.heads.0.layers.0.weight"].shape[1]);
        Assert.Equal(6, whole.Tensors["projected_adam.heads.0.layers.0.weight.steps"].item<long>());
        string log = File.ReadAllText(folder.File("whole/log.jsonl"));
        foreach (string name in (string[])["projected", "projected_adversarial", "adversarial"]) Assert.Contains($"\"{name}\"", log);
    }

    [Fact]
    public void Heads_move_projections_stay_and_the_generator_trains_otherwise_than_without()
    {
        TinyTraining.Run(folder.File("with"), Config with { Images = 4 });
        TinyTraining.Run(folder.File("longer"), Config);
        TinyTraining.Run(folder.File("without"), Config with { Projected = 0 });
        using TensorFile early = Last("with"), late = Last("longer"), without = Last("without");
        foreach ((string name, Tensor value) in late.Tensors.Where(t => t.Key.StartsWith("projected.", StringComparison.Ordinal)))
            Assert.Equal(name.EndsWith("projection", StringComparison.Ordinal), value.Equals(early.Tensors[name]));
        Assert.DoesNotContain(without.Tensors.Keys, name => name.StartsWith("projected", StringComparison.Ordinal));
        Assert.Contains(without.Tensors, t => t.Key.StartsWith("generator.", StringComparison.Ordinal) && !t.Value.Equals(late.Tensors[t.Key]));
    }

    [Fact]
    public void Two_ranks_give_the_weights_of_micro_batches_bit_for_bit()
    {
        TrainingConfig config = Config with { BatchSize = 8, PathLengthBatchShrink = 2, Images = 32 };
        TinyTraining.RunAsRank(2, folder.File("micro"), config, TinyTraining.Options with { MicroBatch = 4 });
        ThreadGroup.Run(2, group => TinyTraining.Run(folder.File("ranks"), config, group: group));
        using TensorFile micro = Last("micro"), ranks = Last("ranks");
        Parity.AssertSame(micro.Tensors, ranks.Tensors);
    }

    [Fact]
    public void A_checkpoint_without_heads_gets_fresh_ones_and_a_state_without_parser_does_without()
    {
        TinyTraining.Run(folder.File("run"), Config with { Projected = 0, Images = 8 });
        string checkpoint = RunFolder.CheckpointsIn(folder.File("run"))[0];
        using Parser parser = ParserSource.Open(ParserFile);
        using TrainingState state = new(Config, SemanticLayout.Faces, CPU, parser), fresh = new(Config, SemanticLayout.Faces, CPU, parser);
        state.Load(checkpoint);
        Assert.Equal(8, state.ImagesSeen);
        Parity.AssertSame(Networks(fresh), Networks(state));

        state.Save(folder.File("with.safetensors"));
        using TrainingState opened = TrainingState.Open(folder.File("with.safetensors"), CPU);
        Assert.Null(opened.Projected);
        Assert.Equal(8, opened.ImagesSeen);

        static Dictionary<string, Tensor> Networks(TrainingState state) => SemanticStyleGan.Networks.Weights.Of(state.Projected!);
    }

    [Fact]
    public void A_run_whose_parser_became_another_is_refused_and_stays_as_it_was()
    {
        TinyTraining.Run(folder.File("run"), Config with { Images = 8 });
        byte[] model = File.ReadAllBytes(folder.File("run/model.safetensors"));
        using (Parser other = ParserTests.Tiny(ParserArchitecture.Pyramid)) other.Save(ParserFile);
        Assert.Contains("another parser", Assert.Throws<InputException>(() => TinyTraining.Run(folder.File("run"), Config)).Message);
        Assert.Equal(model, File.ReadAllBytes(folder.File("run/model.safetensors")));
    }

    [Fact]
    public void Only_the_discriminators_phase_moves_the_heads()
    {
        using Parser parser = ParserSource.Open(ParserFile);
        using TrainingState state = new(Config, SemanticLayout.Faces, CPU, parser);
        IReadOnlyList<Phase> phases = AdversarialPhases.Of(state, ProcessGroup.Alone, parser);
        Assert.Equal(["discriminator"], phases.Where(p => p.Networks.Contains(state.Projected)).Select(p => p.Name));
        Assert.All(phases, p => Assert.Equal(p.Networks.Count, p.Optimizers.Count));
    }

    [Fact]
    public void Weights_and_sizes_that_do_not_fit_are_refused_before_anything_is_written()
    {
        Assert.Contains("projected -1", Assert.Throws<InputException>(() => (Config with { Projected = -1 }).Validate()).Message);
        using (Parser deep = new(new(new ParserConfig { Width = 8, Halvings = 5, MaxChannels = 8 }, new SemanticStyleGan.Networks.Initializer(1, CPU)), SemanticLayout.Faces)) deep.Save(folder.File("deep.safetensors"));
        Assert.Contains("multiple of 32", Assert.Throws<InputException>(() => TinyTraining.Run(folder.File("run"), Config with { Parser = folder.File("deep.safetensors") })).Message);
        Assert.False(Directory.Exists(folder.File("run")));
    }

    private TensorFile Last(string run) => Safetensors.Read(RunFolder.CheckpointsIn(folder.File(run))[0]);
}
