using SemanticStyleGan.Networks;
using SemanticStyleGan.Synthesis;
using SemanticStyleGan.Tests.Formats;
using SemanticStyleGan.Tests.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Synthesis;

public sealed class SynthesizerTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly SemanticModel model = new(new SemanticGenerator(TinyTraining.Config.Generator, new Initializer(4, CPU)), SemanticLayout.Faces);

    public void Dispose()
    {
        model.Dispose();
        scope.Dispose();
    }

    [Fact]
    public void One_seed_is_one_picture_wherever_it_stands_in_a_batch()
    {
        Synthesizer synthesizer = new(model);
        Assert.True(synthesizer.Codes(3, 12)[7].allclose(synthesizer.Codes(10, 1)[0]));
        Tensor many = Images(synthesizer, synthesizer.Codes(0, 11), 5), one = Images(synthesizer, synthesizer.Codes(9, 1), 14);
        Assert.True(many[9].allclose(one[0], 1e-4, 1e-5));
    }

    [Fact]
    public void Truncation_0_is_the_mean_and_1_is_the_code_itself()
    {
        Synthesizer synthesizer = new(model);
        Assert.True(synthesizer.Codes(3, 2, 0)[1].allclose(model.MeanLatent));
        Tensor half = synthesizer.Codes(3, 1, 0.5)[0];
        Assert.True(half.allclose((synthesizer.Codes(3, 1, 1)[0] + model.MeanLatent) / 2, 1e-4, 1e-6));
    }

    [Fact]
    public void The_mean_latent_is_the_mean_of_many_codes_axis_by_axis()
    {
        Tensor codes = new Synthesizer(model).Codes(0, 4000);
        Tensor deviation = codes.std(0, false, false), difference = (codes.mean([0]) - model.MeanLatent).abs();
        Assert.True(difference.le(deviation * 0.08).all().item<bool>(), $"{difference.max().item<float>()}");
        Assert.True(model.MeanLatent.std().item<float>() > 0.1);
    }

    [Fact]
    public void Noise_is_stored_or_differs_with_its_seed()
    {
        foreach ((string name, Tensor p) in Weights.Of(model.Generator))
            if (name.EndsWith("noise_strength", StringComparison.Ordinal))
                using (no_grad()) p.fill_(1);
        Synthesizer synthesizer = new(model);
        Tensor code = synthesizer.Codes(0, 1);
        Assert.Equal(0, (Images(synthesizer, code, null) - Images(synthesizer, code, null)).abs().max().item<float>());
        Assert.True((Images(synthesizer, code, 1) - Images(synthesizer, code, 2)).abs().max().item<float>() > 1e-3);
    }

    [Fact]
    public void A_model_survives_its_file_in_full_and_in_half_precision()
    {
        using TemporaryFolder folder = new();
        model.Save(folder.File("full.safetensors"));
        model.Save(folder.File("half.safetensors"), half: true);
        using SemanticModel full = SemanticModel.Load(folder.File("full.safetensors"), CPU), half = SemanticModel.Load(folder.File("half.safetensors"), CPU);
        Parity.AssertSame(Weights.Of(model.Generator), Weights.Of(full.Generator));
        Assert.Equal(model.Layout, full.Layout);
        Tensor code = new Synthesizer(model).Codes(0, 2);
        Assert.True(Images(new(model), code, null).allclose(Images(new(half), code, null), 0.05, 0.05));
        Assert.InRange(new FileInfo(folder.File("half.safetensors")).Length, 0, 0.8 * new FileInfo(folder.File("full.safetensors")).Length);
    }

    private static Tensor Images(Synthesizer synthesizer, Tensor codes, long? noiseSeed)
    {
        List<Tensor> images = [];
        synthesizer.Synthesize(codes, (_, output) => images.Add(output.Image.MoveToOuterDisposeScope()), noiseSeed);
        return cat(images);
    }
}
