using System.Text.Json;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Tests.Formats;
using SemanticStyleGan.Training;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Training;

public sealed class AdaptiveAugmentationTests : IDisposable
{
    private static readonly AugmentationConfig Adaptive = new() { Mode = AugmentationMode.Adaptive, RampImages = 320 };
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_probability_rises_above_the_target_and_falls_below_it_every_fourth_batch()
    {
        using AdaptiveAugmentation augmentation = new(Adaptive);
        void Observe(double sign, int batches)
        {
            for (int i = 0; i < batches; i++) augmentation.Observe(sign, 8);
        }

        Observe(1, 3);
        Assert.Equal(0, augmentation.Probability);
        Observe(0.7, 1);
        Assert.Equal(0.1, augmentation.Probability, 12);
        Observe(0.9, 8);
        Assert.Equal(0.3, augmentation.Probability, 12);
        Observe(0.5, 4);
        Assert.Equal(0.2, augmentation.Probability, 12);
        Observe(-1, 40);
        Assert.Equal(0, augmentation.Probability);
        Observe(1, 400);
        Assert.Equal(AugmentationConfig.MostProbability, augmentation.Probability);
    }

    [Theory, InlineData(AugmentationMode.None, 0), InlineData(AugmentationMode.Fixed, 0.3)]
    public void Another_mode_does_not_adapt(AugmentationMode mode, double expected)
    {
        using AdaptiveAugmentation augmentation = new(Adaptive with { Mode = mode, Probability = 0.3 });
        for (int i = 0; i < 20; i++) augmentation.Observe(1, 8);
        Assert.Equal(expected, augmentation.Probability);
    }

    [Fact]
    public void An_augmented_run_that_stops_and_continues_gives_the_same_weights_bit_for_bit()
    {
        // A target of -0.9 is exceeded by any discriminator: the probability rises.
        TrainingConfig config = TinyTraining.Config with { Augmentation = Adaptive with { Target = -0.9 } };
        TinyTraining.Run(folder.File("whole"), config);
        TinyTraining.Run(folder.File("parts"), config with { Images = 28 });
        TinyTraining.Run(folder.File("parts"), config);
        TinyTraining.Run(folder.File("plain"));
        using TensorFile whole = Last("whole"), parts = Last("parts"), plain = Last("plain");
        Parity.AssertSame(whole.Tensors, parts.Tensors);
        Assert.InRange(whole.Tensors["augmentation"].data<double>()[0], 0.05, 0.8);
        Assert.False(plain.Tensors.ContainsKey("augmentation"));
        Assert.False(whole.Tensors["generator.local.weight"].Equals(plain.Tensors["generator.local.weight"]));
        Assert.Contains("\"augmentation\"", File.ReadLines(Path.Combine(folder.File("whole"), "log.jsonl")).Last());
    }

    [Fact]
    public void Probabilities_that_leak_are_refused()
    {
        TrainingConfig config = TinyTraining.Config with { Augmentation = new AugmentationConfig { Mode = AugmentationMode.Fixed, Probability = 0.9 } };
        Assert.Contains("augmentation.probability 0.9", Assert.Throws<InputException>(config.Validate).Message);
        Assert.Equal(JsonSerializer.Serialize(TinyTraining.Config with { Augmentation = Adaptive }, StrictJson.Compact),
            JsonSerializer.Serialize(JsonSerializer.Deserialize<TrainingConfig>(JsonSerializer.Serialize(TinyTraining.Config with { Augmentation = Adaptive }, StrictJson.Compact), StrictJson.Options), StrictJson.Compact));
    }

    [Fact]
    public void Frozen_resolutions_of_the_discriminator_keep_their_weights()
    {
        TrainingConfig config = TinyTraining.Config with { FreezeDiscriminator = 1 };
        TinyTraining.Run(folder.File("run"), config);
        using TensorFile after = Last("run");
        using TrainingState before = new(config, SemanticLayout.Faces, CPU);
        string[] unchanged = [.. Weights.Of(before.Discriminator).Where(w => w.Value.Equals(after.Tensors["discriminator." + w.Key])).Select(w => w.Key)];
        Assert.NotEmpty(unchanged);
        Assert.All(unchanged, name => Assert.Matches(@"^(image|mask)_branch\.(input|blocks\.0)\.", name));
        string[] frozen = [.. Weights.Of(before.Discriminator).Keys.Where(name => System.Text.RegularExpressions.Regex.IsMatch(name, @"_branch\.(input|blocks\.0)\."))];
        Assert.Equal(frozen, unchanged);
        Assert.Contains("freezeDiscriminator 3", Assert.Throws<InputException>(() => (config with { FreezeDiscriminator = 3 }).Validate()).Message);
    }

    private TensorFile Last(string run)
    {
        using RunFolder opened = new(folder.File(run));
        return Safetensors.Read(opened.Checkpoints()[0]);
    }
}
