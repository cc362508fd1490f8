using Microsoft.Extensions.Logging.Abstractions;
using SemanticStyleGan.Distributed;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Tests.Data;
using SemanticStyleGan.Tests.Formats;
using SemanticStyleGan.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Training;

public sealed class AdaptationTests : IDisposable
{
    private static readonly TrainingConfig Config = TrainingConfig.Adaptation(TinyTraining.Config.Generator) with
    {
        BatchSize = 4,
        Images = 32,
        PathLengthInterval = 2,
        R1Interval = 4,
        FreezeLocalGenerators = true,
        Projected = 0,
    };
    private static readonly TrainingOptions Options = new() { CheckpointImages = 16, PreviewImages = 8, LogImages = 8 };
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly SemanticModel model = new(new SemanticGenerator(TinyTraining.Config.Generator, new Initializer(9, CPU)), SemanticLayout.Faces);

    public void Dispose()
    {
        model.Dispose();
        scope.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Pictures_without_masks_train_rendering_while_frozen_parts_stay_and_a_stopped_run_continues_exactly()
    {
        Assert.Equal(32, Run("whole", Config));
        Run("parts", Config with { Images = 16 });
        Run("parts", Config);
        using TensorFile whole = Last("whole"), parts = Last("parts");
        Parity.AssertSame(whole.Tensors, parts.Tensors);
        Assert.DoesNotContain(whole.Tensors, t => t.Key.StartsWith("discriminator.mask_branch", StringComparison.Ordinal));
        foreach ((string name, Tensor before) in Weights.Of(model.Generator))
            foreach (string kind in new[] { "generator.", "average." })
            {
                bool held = name.StartsWith("local.", StringComparison.Ordinal) || name.StartsWith("depth.", StringComparison.Ordinal) || name.StartsWith("feature.", StringComparison.Ordinal) || name.StartsWith("fourier", StringComparison.Ordinal);
                if (held || name == "render.convolutions.0.weight") Assert.Equal(held, before.equal(whole.Tensors[kind + name]).all().item<bool>());
            }
    }

    [Fact]
    public void A_fresh_discriminator_can_learn_first()
    {
        Run("first", Config with { FreezeLocalGenerators = false, DiscriminatorFirst = 8, Images = 8 });
        using TensorFile before = Last("first");
        foreach ((string name, Tensor weight) in Weights.Of(model.Generator)) Assert.True(weight.equal(before.Tensors["generator." + name]).all().item<bool>(), name);
        Run("first", Config with { FreezeLocalGenerators = false, DiscriminatorFirst = 8, Images = 12 });
        using TensorFile after = Last("first");
        Assert.False(after.Tensors["generator.local.weight"].equal(before.Tensors["generator.local.weight"]).all().item<bool>());
        Assert.False(after.Tensors["discriminator.final_logit.weight"].equal(before.Tensors["discriminator.final_logit.weight"]).all().item<bool>());
    }

    [Fact]
    public void Without_freezing_the_local_generators_learn_too()
    {
        Run("free", Config with { FreezeLocalGenerators = false, Images = 4 });
        using TensorFile last = Last("free");
        Assert.False(last.Tensors["generator.local.weight"].equal(Weights.Of(model.Generator)["local.weight"]).all().item<bool>());
    }

    [Fact]
    public void Parts_are_kept_where_the_model_draws_them()
    {
        TrainingConfig config = Config with { FreezeLocalGenerators = false, GeneratorLearningRate = 0.02, KeepParts = 1 };
        using TrainingState state = new(config, SemanticLayout.Faces, CPU);
        new TrainingStart(model).Fill(state);
        Phase phase = AdversarialPhases.Of(state, ProcessGroup.Alone, null, model.Generator).Single(p => p.Name == "keep_parts");
        BatchSlice slice = BatchSlice.Of(ProcessGroup.Alone, config.BatchSize, null)[0];
        List<double> lost = [];
        for (int step = 0; step < 30; step++)
        {
            using SampleRandom random = new(seed: 1, 0, 0, slice);
            state.GeneratorAdam.ZeroGradients();
            phase.Losses([new StepInput(slice, zeros(config.BatchSize, 3, 16, 16), null, random, (_, value) => lost.Add(value))]).Single().backward();
            state.GeneratorAdam.Step();
        }
        Assert.True(lost[^1] < 0.8 * lost[0], $"{lost[0]:0.000}, then {lost[^1]:0.000}");
        Assert.Contains("keepParts", Assert.Throws<InputException>(() => TinyTraining.Run(folder.File("alone"), TinyTraining.Config with { KeepParts = 1 })).Message);
    }

    [Fact]
    public void A_run_that_keeps_parts_continues_exactly()
    {
        TrainingConfig config = Config with { FreezeLocalGenerators = false, KeepParts = 1, KeepPartsInterval = 2 };
        Run("whole", config);
        Run("stopped", config with { Images = 16 });
        Run("stopped", config);
        using TensorFile whole = Last("whole"), stopped = Last("stopped");
        Parity.AssertSame(whole.Tensors, stopped.Tensors);
    }

    [Fact]
    public void A_run_ends_early_when_asked_and_keeps_the_model_of_the_checkpoint_before()
    {
        int asked = 0;
        Assert.Equal(24, Run("ended", Config, Options with { EndWhen = _ => ++asked == 3 ? "enough" : null }));
        using RunFolder run = new(folder.File("ended"));
        Assert.EndsWith("16.safetensors", run.Checkpoints()[0]);
        using SemanticModel kept = SemanticModel.Load(run.ModelFile, CPU);
        Assert.Equal("16", kept.Provenance["imagesSeen"]!.ToJsonString());
    }

    [Fact]
    public void The_agreement_of_masks_is_1_for_the_model_itself_and_less_for_another()
    {
        PartDrift drift = new(model, 0);
        Assert.Equal(1, drift.Agreement(model.Generator), 6);
        using SemanticGenerator other = new(model.Config, new Initializer(10, CPU));
        Assert.InRange(drift.Agreement(other), 0, 0.9);
    }

    [Fact]
    public void A_discriminator_is_taken_from_a_checkpoint_as_far_as_it_fits()
    {
        TinyTraining.Run(folder.File("source"), TinyTraining.Config with { Images = 8 });
        string checkpoint = TrainingStart.CheckpointOf(folder.File("source"))!;
        using TrainingState state = new(Config, SemanticLayout.Faces, CPU);
        new TrainingStart(model, checkpoint).Fill(state);
        using TensorFile source = Safetensors.Read(checkpoint);
        foreach ((string name, Tensor weight) in Weights.Of(state.Discriminator)) Assert.True(weight.equal(source.Tensors["discriminator." + name]).all().item<bool>(), name);
    }

    [Fact]
    public void A_discriminator_beside_a_model_is_the_checkpoints_without_the_rest()
    {
        TinyTraining.Run(folder.File("source"), TinyTraining.Config with { Images = 8, Reconstruction = new() { Weight = 1 } });
        string checkpoint = TrainingStart.CheckpointOf(folder.File("source"))!;
        Directory.CreateDirectory(folder.File("shipped"));
        string modelFile = folder.File("shipped/model.safetensors"), beside = folder.File($"shipped/{TrainingStart.DiscriminatorFile}");
        model.Save(modelFile);
        Assert.Null(TrainingStart.CheckpointOf(modelFile));
        Assert.Equal(8, TrainingState.ExtractDiscriminator(checkpoint, beside));
        Assert.Equal(beside, TrainingStart.CheckpointOf(modelFile));
        Assert.Equal(beside, TrainingStart.CheckpointOf(folder.File("shipped")));
        TrainingState.RequireDiscriminator(beside);
        Assert.Contains("format", Assert.Throws<CheckpointFormatException>(() => TrainingState.RequireDiscriminator(modelFile)).Message);

        using TrainingState state = new(TinyTraining.Config with { Reconstruction = new() { Weight = 1 } }, SemanticLayout.Faces, CPU);
        new TrainingStart(model, beside).Fill(state);
        using TensorFile source = Safetensors.Read(checkpoint), extracted = Safetensors.Read(beside);
        foreach ((string name, Tensor weight) in Weights.Of(state.Discriminator)) Assert.True(weight.equal(source.Tensors["discriminator." + name]).all().item<bool>(), name);
        foreach ((string name, Tensor weight) in Weights.Of(state.Encoder!)) Assert.True(weight.equal(source.Tensors["encoder." + name]).all().item<bool>(), name);
        Assert.DoesNotContain(extracted.Tensors.Keys, name => name.StartsWith("generator", StringComparison.Ordinal) || name.Contains("adam", StringComparison.Ordinal));
    }

    [Fact]
    public void A_discriminator_of_larger_pictures_takes_over_the_lower_resolutions()
    {
        TinyTraining.Run(folder.File("source"), TinyTraining.Config with { Images = 8 });
        string checkpoint = TrainingStart.CheckpointOf(folder.File("source"))!;
        using SemanticModel small = ModelSource.Open(folder.File("source"), CPU);
        TrainingConfig larger = TinyTraining.Config.WithGenerator(TinyTraining.Config.Generator with { ImageSize = 2 * TinyTraining.Config.Generator.ImageSize });
        using TrainingState state = new(larger, SemanticLayout.Faces, CPU);
        new TrainingStart(small, checkpoint).Fill(state);
        using TensorFile source = Safetensors.Read(checkpoint);
        foreach (string name in source.Tensors.Keys.Where(n => n.StartsWith("discriminator.", StringComparison.Ordinal) && !n.Contains(".input.", StringComparison.Ordinal)))
        {
            string here = name["discriminator.".Length..].Replace("blocks.1.", "blocks.2.", StringComparison.Ordinal).Replace("blocks.0.", "blocks.1.", StringComparison.Ordinal);
            Assert.True(source.Tensors[name].equal(Weights.Of(state.Discriminator)[here]).all().item<bool>(), name);
        }
        Assert.Equal(3, Weights.Of(state.Discriminator).Keys.Count(n => n.StartsWith("image_branch.blocks", StringComparison.Ordinal) && n.EndsWith("skip.weight", StringComparison.Ordinal)));
    }

    [Fact]
    public void Data_without_masks_need_a_discriminator_without()
    {
        Assert.Contains("no masks", Assert.Throws<InputException>(() => Run("wrong", TinyTraining.Config)).Message);
    }

    private long Run(string name, TrainingConfig config, TrainingOptions? options = null) =>
        new Trainer(config, options ?? Options, new PatternSource(12, 16, null), CPU, NullLogger.Instance, ProcessGroup.Alone) { Start = new TrainingStart(model) }.Run(folder.File(name), null, default);

    private TensorFile Last(string run)
    {
        using RunFolder opened = new(folder.File(run));
        return Safetensors.Read(opened.Checkpoints()[0]);
    }
}
