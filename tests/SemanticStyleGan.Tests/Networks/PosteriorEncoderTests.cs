using SemanticStyleGan.Networks;
using SemanticStyleGan.Runtime;
using SemanticStyleGan.Tests.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Networks;

public sealed class PosteriorEncoderTests
{
    private static PosteriorEncoder Encoder() => new(TinyTraining.Config.Generator, new Initializer(3, CPU));

    [Fact]
    public void It_says_a_distribution_of_z_for_each_picture_with_its_mask()
    {
        using DisposeScope scope = NewDisposeScope();
        using PosteriorEncoder encoder = Encoder();
        Tensor image = randn(3, 3, 16, 16), mask = randn(3, 13, 16, 16);
        (Tensor mean, Tensor logVariance) = encoder.Forward(image, mask);
        Assert.Equal([3, 8], mean.shape);
        Assert.Equal([3, 8], logVariance.shape);
        (Tensor other, _) = encoder.Forward(image, mask.neg());
        Assert.True((mean - other).abs().max().item<float>() > 0.01);
    }

    [Fact]
    public void A_drawn_code_has_the_mean_and_the_variance_that_were_said()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor mean = tensor(new[] { 1f, -2f }), deviation = tensor(new[] { 0.5f, 3f });
        Tensor codes = PosteriorEncoder.Draw((mean, deviation.log() * Scalars.Constant(2)), tensor(new[,] { { 0f, 0f }, { 1f, -1f } }));
        Assert.Equal([1f, -2f, 1.5f, -5f], codes.data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void Codes_of_whatever_mean_and_covariance_become_those_of_samples()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        using PosteriorEncoder encoder = Encoder();
        Tensor shape = randn([8, 8], generator: new Generator(5)) * Scalars.Constant(2), offset = arange(Scalars.Constant(8)).to(ScalarType.Float32);
        using Generator random = new(6);
        Tensor Codes(int count) => randn([count, 8], generator: random).mm(shape).Plus(offset);
        for (int i = 0; i < 200; i++)
        {
            Tensor batch = Codes(128);
            encoder.Observe(cat([batch.sum([0], keepdim: true), batch.T.mm(batch)], 0), 128);
        }
        Tensor z = encoder.Whiten(Codes(20_000));
        Assert.InRange(z.mean([0]).abs().max().item<float>(), 0, 0.15);
        Tensor covariance = z.T.mm(z) / Scalars.Constant(20_000.0);
        Assert.InRange((covariance - eye(8)).abs().max().item<float>(), 0, 0.25);
    }
}
