using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Networks;

/// <summary>
/// A generator made ready for synthesis: what does not depend on the code is computed once, and own kernels take the place of
/// libtorch's where the processor has them and the generator has a render net. It computes what <see cref="CompositionalGenerator.Synthesize"/> does, without gradients,
/// and begins anew when the weights were changed.
/// </summary>
/// <param name="generator">The generator, which the caller keeps owning.</param>
public sealed class PreparedGenerator(CompositionalGenerator generator) : IDisposable
{
    private const int SampledWeights = 256;
    private readonly Lock gate = new();
    private PreparedConvolution[] convolutions = [];
    private double[] signature = [];

    /// <summary>Image, mask, coarse mask and depths of a code, as <see cref="CompositionalGenerator.Synthesize"/> gives them.</summary>
    public GeneratorOutput Synthesize(Tensor code, SynthesisInput? input = null)
    {
        using IDisposable _ = no_grad();
        return generator.Run(code, input, Convolutions());
    }

    /// <summary>As <see cref="Synthesize(Tensor, SynthesisInput?)"/>, of parts that were run already.</summary>
    internal GeneratorOutput Compose(Tensor shapes, Tensor looks, SynthesisInput? input)
    {
        using IDisposable _ = no_grad();
        return generator.Compose(shapes, looks, input, Convolutions());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PreparedConvolution convolution in convolutions) convolution.Dispose();
    }

    private RenderNet.Convolve? Convolutions()
    {
        if (generator is not SemanticGenerator { Render: { } render }) return null;
        lock (gate)
        {
            double[] now = [.. render.Convolutions.Select(Signature)];
            if (!now.AsSpan().SequenceEqual(signature))
            {
                Dispose();
                convolutions = [.. render.Convolutions.Select(c => new PreparedConvolution(c))];
                signature = now;
            }
            PreparedConvolution[] ready = convolutions;
            return (i, x, noise) => ready[i].Forward(x, noise);
        }
    }

    // A change of weights by training, tuning or loading meets every tensor, so a sample of each shows it.
    private static double Signature(StyledConvolution convolution)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] samples = [.. convolution.state_dict().Values.Select(Sample)];
        return cat(samples).to(ScalarType.Float64).cumsum(0).sum().item<double>(); // a sum of sums: the order counts too
    }

    private static Tensor Sample(Tensor weight)
    {
        long count = weight.numel(), step = Math.Max(1, count / SampledWeights);
        return weight.detach().as_strided([(count + step - 1) / step], [step], weight.storage_offset());
    }
}
