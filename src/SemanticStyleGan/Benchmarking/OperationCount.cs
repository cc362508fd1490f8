using SemanticStyleGan.Networks;
using SemanticStyleGan.Training;

namespace SemanticStyleGan.Benchmarking;

/// <summary>
/// Floating-point operations of products and convolutions by their plain formulas (two for a multiplication with its addition), with
/// one feature head after fusion. Backward counts twice forward; a differentiated gradient counts forward, the gradient, and both backward.
/// </summary>
public static class OperationCount
{
    private const double Backward = 3, OfGradient = 6;

    /// <summary>Of one image's synthesis.</summary>
    public static double Synthesis(GeneratorConfig c)
    {
        double pixels = Square(c.CoarseSize);
        double local = pixels * c.Parts * c.LocalChannels * ((double)c.LocalLayers * c.LocalChannels + c.CoarseChannels + 1);
        double render = 0, input = c.CoarseChannels;
        for (int stage = 0; stage < c.RenderStages; stage++)
        {
            int size = c.MinFeatureSize << (stage + 1);
            double output = c.Channels(size);
            if (size / 2 == c.CoarseSize) input += c.CoarseChannels;
            // A transposed convolution with stride 2 has nine products for each pixel of its input.
            render += 9 * input * output * Square(size / 2) + 9 * output * output * Square(size) + output * (3 + c.Parts) * Square(size);
            input = output;
        }
        return 2 * (local + render);
    }

    /// <summary>Of the discriminator on one pair of image and mask.</summary>
    public static double Discriminator(DiscriminatorConfig c)
    {
        double sum = 0;
        foreach (int channels in (int[])[3, c.Parts])
        {
            sum += (double)channels * c.Channels(c.ImageSize) * Square(c.ImageSize);
            for (int size = c.ImageSize; size > 4; size /= 2)
            {
                double input = c.Channels(size), output = c.Channels(size / 2);
                sum += 9 * input * input * Square(size) + 10 * input * output * Square(size / 2);
            }
        }
        double last = c.Channels(4);
        return 2 * (sum + 9 * last * (last + 1) * 16 + last * last * 16);
    }

    /// <summary>Of a case; null where arithmetic is not what it is about.</summary>
    public static double? Of(BenchmarkCase work)
    {
        TrainingConfig config = work.Config;
        double g = Synthesis(config.Generator), d = Discriminator(config.Discriminator);
        double pathLength = g * OfGradient / config.PathLengthBatchShrink;
        double? perImage = work.Kind switch
        {
            BenchmarkKind.Synthesis => g,
            BenchmarkKind.Generator => g * Backward,
            BenchmarkKind.Discriminator => 2 * d * Backward,
            BenchmarkKind.R1 => d * OfGradient,
            BenchmarkKind.PathLength => pathLength,
            // D: synthesis, then two pairs; G: through the discriminator, whose weights get no gradient.
            BenchmarkKind.Training => g + 2 * d * Backward + g * Backward + 2 * d + d * OfGradient / config.R1Interval + pathLength / config.PathLengthInterval,
            _ => null,
        };
        return perImage * work.Batch;
    }

    private static double Square(double x) => x * x;
}
