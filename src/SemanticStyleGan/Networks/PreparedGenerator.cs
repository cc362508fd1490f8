using SemanticStyleGan.Distributed;
using SemanticStyleGan.Runtime;
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
        RenderNet.Convolve? convolve = Convolutions();
        int threads = ThreadGroup.Suits(generator.Config.ImageSize, generator.Device) ? (int)Math.Min(code.shape[0], get_num_threads()) : 1;
        return threads == 1 ? generator.Run(code, input, convolve) : Divided(threads, code, input ?? new(), convolve);
    }

    /// <summary>As <see cref="Synthesize(Tensor, SynthesisInput?)"/>, of parts that were run already.</summary>
    internal GeneratorOutput Compose(Tensor shapes, Tensor looks, SynthesisInput? input)
    {
        using IDisposable _ = no_grad();
        return generator.Compose(shapes, looks, input, Convolutions());
    }

    // Every thread makes some of the pictures, each from end to end.
    private GeneratorOutput Divided(int threads, Tensor code, SynthesisInput input, RenderNet.Convolve? convolve)
    {
        using DisposeScope scope = NewDisposeScope();
        GeneratorOutput[] shares = ThreadGroup.Run(threads, thread =>
        {
            using IDisposable _ = no_grad();
            using DisposeScope own = NewDisposeScope();
            long first = code.shape[0] * thread.Rank / threads, count = code.shape[0] * (thread.Rank + 1) / threads - first;
            return generator.Run(code.narrow(0, first, count), input.Narrow(first, count), convolve).MoveToOuterDisposeScope();
        });
        GeneratorOutput whole = new(
            cat([.. shares.Select(s => s.Image)]), cat([.. shares.Select(s => s.Mask)]), cat([.. shares.Select(s => s.CoarseMask)]), cat([.. shares.Select(s => s.Depths)]));
        foreach (GeneratorOutput share in shares) share.Dispose();
        return whole.MoveToOuterDisposeScope();
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
                TorchRuntime.ReleaseCachedMemory(); // pictures need blocks of other sizes
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
