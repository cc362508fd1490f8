using SemanticStyleGan.Data;
using SemanticStyleGan.Inversion;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Tests.Editing;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Inversion;

public sealed class PictureEncoderTests : IDisposable
{
    private static readonly EncoderTrainingConfig Short = new() { Steps = 120, Groups = 12, LearningRate = 0.01 };
    private readonly TinyModel tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void A_trained_encoder_is_nearer_to_codes_and_pictures_than_the_mean_code_and_survives_its_file()
    {
        using TemporaryFolder folder = new();
        using PictureEncoder encoder = new EncoderTraining(tiny.Model, Short).Train(data: null);
        Tensor codes = tiny.Synthesizer.Codes(1000, 16), images = tiny.Synthesize(codes).Image, guess = encoder.Encode(images, tiny.Model);
        Assert.Equal([16, TinyModel.Config.LatentSlots, TinyModel.Config.StyleSize], guess.shape);
        Tensor mean = tiny.Model.MeanLatent.unsqueeze(0);
        Assert.True(Error(tiny.Synthesize(guess).Image, images) < 0.7 * Error(tiny.Synthesize(mean).Image, images));
        Assert.All(tiny.Model.Generator.parameters(), p => Assert.True(p.requires_grad));

        encoder.Save(folder.File("encoder.safetensors"));
        using PictureEncoder loaded = PictureEncoder.Load(folder.File("encoder.safetensors"), tiny.Model);
        Assert.True(loaded.Encode(images, tiny.Model).equal(guess).all().item<bool>());
        Assert.Equal(120, (int)loaded.Provenance["steps"]!);
        using PictureEncoder more = new EncoderTraining(tiny.Model, Short with { Steps = 1, LearningRate = 1e-9 }).Train(null, loaded);
        Assert.InRange((more.Encode(images, tiny.Model) - guess).abs().max().item<float>(), 0, 1e-4);
        Assert.Equal(120, (int)more.Provenance["stepsBefore"]!);
        using TinyModel other = new(seed: 5);
        Assert.Contains("another model", Assert.Throws<InputException>(() => PictureEncoder.Load(folder.File("encoder.safetensors"), other.Model)).Message);
    }

    [Fact]
    public void An_untrained_encoder_gives_codes_near_the_mean()
    {
        using EncoderNetwork network = new(EncoderConfig.For(TinyModel.Config), new Initializer(1, CPU));
        using PictureEncoder encoder = new(network, tiny.Model.Fingerprint);
        Tensor codes = encoder.Encode(zeros(2, 3, 32, 32), tiny.Model, iterations: 1);
        Assert.Equal(0, (codes.narrow(1, TinyModel.Config.BaseLayers, 2 * TinyModel.Config.Parts) - tiny.Model.MeanLatent).abs().max().item<float>(), 1e-6);
    }

    [Fact]
    public void Pictures_of_a_data_set_are_learned_from_and_the_same_seed_gives_the_same_encoder()
    {
        SyntheticFaces data = new(32, 8, 1);
        EncoderTrainingConfig few = Short with { Steps = 3, SampleInterval = 2 };
        using PictureEncoder a = new EncoderTraining(tiny.Model, few).Train(data), b = new EncoderTraining(tiny.Model, few).Train(data), without = new EncoderTraining(tiny.Model, few).Train(null);
        foreach ((string name, Tensor weight) in Weights.Of(a.Network)) Assert.True(weight.equal(Weights.Of(b.Network)[name]).all().item<bool>(), name);
        Assert.Contains(Weights.Of(a.Network), w => !w.Value.equal(Weights.Of(without.Network)[w.Key]).all().item<bool>());
        Assert.Contains("expected the model's 32×32", Assert.Throws<InputException>(() => new EncoderTraining(tiny.Model, few).Train(new SyntheticFaces(16, 8, 1))).Message);
    }

    [Fact]
    public void A_stopped_training_gives_what_has_become_of_the_encoder()
    {
        using PictureEncoder encoder = new EncoderTraining(tiny.Model, Short).Train(null, null, TimeSpan.FromMilliseconds(1));
        Assert.InRange((int)encoder.Provenance["steps"]!, 1, 5);
    }

    private static double Error(Tensor a, Tensor b) => (a - b).square().mean().ToDouble();
}
