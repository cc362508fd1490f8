using SemanticStyleGan.Data;
using SemanticStyleGan.Inversion;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Runtime;
using SemanticStyleGan.Tests.Editing;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Inversion;

public sealed class PictureInversionTests : IDisposable
{
    private static readonly InversionConfig Short = new() { Steps = 60, MeanWeight = 0, MaskWeight = 0.05 };
    private readonly TinyModel tiny = new();

    public PictureInversionTests()
    {
        using IDisposable _ = no_grad();
        foreach ((string name, Tensor weight) in Weights.Of(tiny.Model.Generator))
            if (name.EndsWith("noise_strength", StringComparison.Ordinal)) weight.fill_(0.1);
    }

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void A_picture_of_the_model_is_found_again_and_the_model_is_left_as_it_was()
    {
        GeneratorOutput wanted = Wanted(2);
        Tensor labels = MaskTensors.FromLabels(MaskTensors.ToLabels(wanted.CoarseMask.repeat_interleave(2, 2).repeat_interleave(2, 3)));
        string fingerprint = tiny.Model.Fingerprint;
        long trainable = tiny.Model.Generator.parameters().Count(p => p.requires_grad);
        List<int> steps = [];
        InversionResult result = new PictureInversion(tiny.Model, Short).Invert(wanted.Image, labels, watch: s => steps.Add(s.Step));
        Assert.Equal(Enumerable.Range(0, 61), steps);
        Assert.Equal([2, TinyModel.Config.LatentSlots, TinyModel.Config.StyleSize], result.Codes.shape);
        Assert.All(result.PeakSignalToNoise[^1].Zip(result.PeakSignalToNoise[0]), q => Assert.True(q.First > q.Second + 5, $"{q.Second:0.0} dB, then {q.First:0.0} dB"));
        Assert.Equal(fingerprint, tiny.Model.Fingerprint);
        Assert.Equal(trainable, tiny.Model.Generator.parameters().Count(p => p.requires_grad));
        Assert.Null(result.Tuned);
    }

    [Fact]
    public void Pictures_of_a_batch_do_not_influence_each_other()
    {
        Tensor images = Wanted(2).Image;
        PictureInversion inversion = new(tiny.Model, Short with { Steps = 10 });
        Tensor both = inversion.Invert(images).Codes, second = inversion.Invert(images.narrow(0, 1, 1)).Codes;
        Assert.InRange((both.narrow(0, 1, 1) - second).abs().max().item<float>(), 0, 1e-3);
    }

    [Fact]
    public void Tuned_weights_bring_the_picture_nearer_and_their_file_stands_for_the_tuned_model()
    {
        using TemporaryFolder folder = new();
        tiny.Model.Save(folder.File("model.safetensors"));
        Tensor image = Wanted(1).Image;
        InversionConfig config = Short with { Steps = 20, TuneSteps = 20, TuneLearningRate = 3e-3, FitNoise = true, NoiseWeight = 0.001 };
        Tensor? last = null;
        InversionResult result = new PictureInversion(tiny.Model, config).Invert(image, watch: s => last = s.Output.Image.clone().DetachFromDisposeScope());
        using TunedWeights tuned = result.Tuned!;
        Assert.Null(result.Noise);
        Assert.True(result.PeakSignalToNoise[^1][0] > result.PeakSignalToNoise[20][0] + 1, $"{result.PeakSignalToNoise[20][0]:0.0} dB, tuned {result.PeakSignalToNoise[^1][0]:0.0} dB");

        tuned.Save(folder.File("tuned.safetensors"), folder.File("model.safetensors"));
        using SemanticModel opened = ModelSource.Open(folder.File("tuned.safetensors"), CPU);
        Assert.InRange((opened.Generator.Synthesize(result.Codes).Image - last!).abs().max().item<float>(), 0, 1e-4);
        Assert.True(opened.Knows(tiny.Model.Fingerprint));
        Assert.NotEqual(tiny.Model.Fingerprint, opened.Fingerprint);
        Assert.True(new FileInfo(folder.File("tuned.safetensors")).Length < 0.6 * new FileInfo(folder.File("model.safetensors")).Length);
        Assert.Contains("another model", Assert.Throws<InputException>(() => tuned.Apply(opened)).Message);
        last!.Dispose();
    }

    [Fact]
    public void In_W_all_slots_are_one_code_and_fitted_noise_of_several_pictures_is_given_back()
    {
        Tensor images = Wanted(2).Image;
        InversionResult result = new PictureInversion(tiny.Model, Short with { Steps = 5, Space = LatentSpace.W, FitNoise = true }).Invert(images);
        Assert.Equal(0, (result.Codes - result.Codes.narrow(1, 0, 1)).abs().max().item<float>());
        Assert.Equal(tiny.Model.Generator.NoiseSizes.Select(s => new long[] { 2, 1, s, s }), result.Noise!.Select(n => n.shape));
        Assert.All(result.Noise!, map => Assert.True(map.abs().max().item<float>() > 0));
    }

    [Fact]
    public void A_start_is_kept_where_no_steps_are_taken_and_features_count()
    {
        Tensor images = Wanted(1).Image, start = tiny.RandomCode(7);
        Assert.True(new PictureInversion(tiny.Model, Short with { Steps = 0 }).Invert(images, start: start).Codes.equal(start).all().item<bool>());
        int calls = 0;
        Func<Tensor, IReadOnlyList<Tensor>> features = x => { calls++; return [x.mean([2, 3])]; };
        Tensor with = new PictureInversion(tiny.Model, Short with { Steps = 4 }, features).Invert(images, start: start).Codes;
        Tensor without = new PictureInversion(tiny.Model, Short with { Steps = 4 }).Invert(images, start: start).Codes;
        Assert.Equal(5, calls);
        Assert.True((with - without).abs().max().item<float>() > 1e-3);
    }

    [Fact]
    public void It_stops_when_cancelled_and_refuses_what_does_not_fit()
    {
        Tensor images = Wanted(1).Image;
        using CancellationTokenSource stop = new();
        PictureInversion inversion = new(tiny.Model, Short);
        Assert.Throws<OperationCanceledException>(() => inversion.Invert(images, watch: s => { if (s.Step == 3) stop.Cancel(); }, stop: stop.Token));
        Assert.All(tiny.Model.Generator.parameters(), p => Assert.True(p.requires_grad));
        Assert.Contains("[N, 3, 32, 32]", Assert.Throws<InputException>(() => inversion.Invert(ones(1, 3, 16, 16))).Message);
        Assert.Contains("(W+)", Assert.Throws<InputException>(() => inversion.Invert(images, start: ones(1, 16))).Message);
        Assert.Contains("ramps", Assert.Throws<InputException>(() => new PictureInversion(tiny.Model, Short with { RampUp = 0.9 })).Message);
    }

    [Fact]
    public void The_learning_rate_rises_stays_and_falls()
    {
        InversionConfig config = new();
        Assert.Equal(0.005, config.Rate(0), 6);
        Assert.Equal(0.1, config.Rate(0.5), 6);
        Assert.Equal(0.05, config.Rate(0.875), 6);
        Assert.InRange(config.Rate(0.999), 0, 1e-4);
        InversionConfig few = config with { Steps = 20 }; // a start near the picture is not to be lost in the first steps
        Assert.Equal(0.1 / 6, few.Rate(0), 6);
        Assert.Equal(0.1, few.Rate(5.0 / 20), 6);
    }

    private GeneratorOutput Wanted(int count) => tiny.Synthesize(cat([.. Enumerable.Range(20, count).Select(s => tiny.RandomCode((ulong)s))]));
}
