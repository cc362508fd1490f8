using SemanticStyleGan.Distributed;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Perception;
using SemanticStyleGan.Tests.Formats;
using SemanticStyleGan.Tests.Perception;
using SemanticStyleGan.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Training;

/// <summary>Training with reconstructions beside the discriminator.</summary>
public sealed class ReconstructionTrainingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public ReconstructionTrainingTests()
    {
        using Parser parser = ParserTests.Tiny();
        parser.Save(ParserFile);
    }

    public void Dispose() => folder.Dispose();

    private string ParserFile => folder.File("parser.safetensors");

    private TrainingConfig Config => With(new ReconstructionConfig { Weight = 1 });

    private TrainingConfig With(ReconstructionConfig reconstruction) => TinyTraining.Config with { Reconstruction = reconstruction, Parser = ParserFile, Images = 24 };

    [Fact]
    public void A_run_that_stops_and_continues_gives_the_same_weights_bit_for_bit()
    {
        TrainingConfig config = With(new() { Weight = 1, DiscriminatorFrom = 12 }) with { EditLocality = 1, EditLocalityInterval = 2 };
        TinyTraining.Run(folder.File("whole"), config);
        TinyTraining.Run(folder.File("parts"), config with { Images = 8 });
        TinyTraining.Run(folder.File("parts"), config);
        using TensorFile whole = Last("whole"), parts = Last("parts");
        Parity.AssertSame(whole.Tensors, parts.Tensors);
        Assert.Equal(6, whole.Tensors["encoder_adam.mean.weight.steps"].item<long>());
        string log = File.ReadAllText(folder.File("whole/log.jsonl"));
        foreach (string name in (string[])["reconstruction", "reconstruction_distance", "reconstruction_psnr", "divergence", "adversarial"]) Assert.Contains($"\"{name}\"", log);
    }

    [Fact]
    public void The_generator_can_learn_from_reconstructions_first_and_the_discriminator_waits()
    {
        TinyTraining.Run(folder.File("early"), With(new() { Weight = 1, DiscriminatorFrom = 8 }) with { Images = 4 });
        TinyTraining.Run(folder.File("first"), With(new() { Weight = 1, DiscriminatorFrom = 8 }) with { Images = 8 });
        TinyTraining.Run(folder.File("later"), With(new() { Weight = 1, DiscriminatorFrom = 8 }) with { Images = 12 });
        using TensorFile early = Last("early"), first = Last("first"), later = Last("later");
        Assert.False(Same("generator.local.weight", early, first));
        Assert.True(Same("discriminator.final_logit.weight", early, first));
        Assert.False(Same("discriminator.final_logit.weight", first, later));
    }

    [Fact]
    public void The_encoder_can_learn_first_and_the_generator_waits()
    {
        TinyTraining.Run(folder.File("early"), With(new() { Weight = 1, EncoderFirst = 8 }) with { Images = 4 });
        TinyTraining.Run(folder.File("first"), With(new() { Weight = 1, EncoderFirst = 8 }) with { Images = 8 });
        TinyTraining.Run(folder.File("later"), With(new() { Weight = 1, EncoderFirst = 8 }) with { Images = 12 });
        using TensorFile early = Last("early"), first = Last("first"), later = Last("later");
        Assert.True(Same("generator.local.weight", early, first));
        Assert.False(Same("encoder.mean.weight", early, first));
        Assert.False(Same("discriminator.final_logit.weight", early, first));
        Assert.False(Same("generator.local.weight", first, later));
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
    public void Pictures_come_nearer()
    {
        // Plain autoencoding of a few pictures, without the discriminator: after 60 steps the distance is well below the first.
        TinyTraining.Run(folder.File("run"), With(new() { Weight = 1, DiscriminatorFrom = 400, Divergence = 1e-4 }) with { Images = 400, LearningRate = 0.01 }, TinyTraining.Options with { CheckpointImages = 400, PreviewImages = 400, LogImages = 40 });
        double[] distances = [.. TrainingLog.Read(folder.File("run/log.jsonl")).Select(line => line.GetProperty("reconstruction_distance").GetDouble())];
        Assert.InRange(distances[^1] / distances[0], 0, 0.75);
    }

    [Fact]
    public void A_checkpoint_without_encoder_gets_a_fresh_one()
    {
        TinyTraining.Run(folder.File("run"), With(new()) with { Images = 8 });
        using TrainingState state = new(Config, SemanticLayout.Faces, CPU), fresh = new(Config, SemanticLayout.Faces, CPU);
        state.Load(RunFolder.CheckpointsIn(folder.File("run"))[0]);
        Assert.Equal(8, state.ImagesSeen);
        Parity.AssertSame(Weights.Of(fresh.Encoder!), Weights.Of(state.Encoder!));
    }

    [Fact]
    public void What_can_t_be_reconstructed_is_refused()
    {
        Assert.Contains("reconstruction.weight -1", Message(With(new() { Weight = -1 })));
        Assert.Contains("reconstruction.divergence -1", Message(With(new() { Weight = 1, Divergence = -1 })));
        Assert.Contains("reconstruction.interval 0", Message(With(new() { Weight = 1, Interval = 0 })));
        Assert.Contains("reconstruction.encoderFirst 8", Message(With(new() { EncoderFirst = 8 })));
        Assert.Contains("reconstruction.discriminatorFrom 8", Message(With(new() { DiscriminatorFrom = 8 })));
        Assert.Contains("pictures with masks", Message(TrainingConfig.Adaptation(Config.Generator) with { Reconstruction = new() { Weight = 1 } }));
        Assert.Contains("reconstruction and freezeLocalGenerators are not for architecture mask-style", Message(Config.AsMaskStyle(true) with { Reconstruction = new() { Weight = 1 } }));

        static string Message(TrainingConfig config) => Assert.Throws<InputException>(config.Validate).Message;
    }

    private static bool Same(string name, TensorFile a, TensorFile b) => a.Tensors[name].equal(b.Tensors[name]).all().item<bool>();

    private TensorFile Last(string run) => Safetensors.Read(RunFolder.CheckpointsIn(folder.File(run))[0]);
}
