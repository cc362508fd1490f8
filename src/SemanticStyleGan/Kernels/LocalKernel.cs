using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SemanticStyleGan.Kernels;

/// <summary>
/// The layers of the local generators: a block of a part's pixels goes through all of them while it is in the cache, so that no hidden map is written
/// but the two that are asked for.
/// </summary>
/// <param name="maps">How many maps there are: parts of samples.</param>
/// <param name="layers">Layers L.</param>
/// <param name="channels">Channels C; a multiple of 32.</param>
/// <param name="pixels">Pixels P of a map.</param>
internal sealed unsafe class LocalKernel(int maps, int layers, int channels, int pixels)
{
    /// <summary>Pixels of a block; a multiple of the product's rows.</summary>
    internal const int Block = 96;

    // Rows of a power of two bytes would fall on the same cache lines.
    private nint RowStride => channels + 16;

    /// <summary>leaky_relu(W·h + b, 0.2), layer after layer; all maps are <c>[maps, P, C]</c>.</summary>
    /// <param name="features">What the first layer takes; one map for all where <paramref name="shared"/>.</param>
    /// <param name="shared">Whether there is one map of features.</param>
    /// <param name="weights"><c>[maps, L, in, out]</c>.</param>
    /// <param name="biases"><c>[maps, L, C]</c>.</param>
    /// <param name="depthLayers">After how many layers <paramref name="atDepth"/> is taken.</param>
    /// <param name="atDepth">The map there.</param>
    /// <param name="last">The map after the last layer.</param>
    internal void Forward(float* features, bool shared, float* weights, float* biases, int depthLayers, float* atDepth, float* last)
    {
        int blocks = (pixels + Block - 1) / Block;
        Workers.Run(maps * blocks, index =>
        {
            (int map, int first) = (index / blocks, index % blocks * Block);
            int count = Math.Min(Block, pixels - first);
            nint start = ((nint)map * pixels + first) * channels;
            using Scratch scratch = new(2 * Block * RowStride);
            float* from = scratch.Pointer, to = from + Block * RowStride;
            new Span<float>(from, (int)(Block * RowStride)).Clear(); // rows behind the last pixel are computed too
            Copy(features + (shared ? first * channels : start), channels, from, RowStride, count);
            for (int layer = 0; layer < layers; layer++)
            {
                nint matrix = (nint)map * layers + layer;
                Layer(from, weights + matrix * channels * channels, biases + matrix * channels, to, count);
                float* result = to;
                to = from;
                from = result;
                if (layer == depthLayers - 1) Copy(from, RowStride, atDepth + start, channels, count);
            }
            Copy(from, RowStride, last + start, channels, count);
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Layer(float* from, float* weights, float* bias, float* to, int count)
    {
        for (int panel = 0; panel < channels; panel += MatrixKernel.Columns)
            for (int row = 0; row < count; row += MatrixKernel.Rows)
                MatrixKernel.Multiply(from + row * RowStride, RowStride, 1, weights + panel, channels, to + row * RowStride + panel, RowStride, channels, accumulate: false);
        for (int c = 0; c < channels; c += WinogradTransform.Lanes)
        {
            Vector512<float> shift = Vector512.Load(bias + c);
            for (int row = 0; row < count; row++)
            {
                Vector512<float> value = Vector512.Load(to + row * RowStride + c) + shift;
                Vector512.Max(value, value * 0.2f).Store(to + row * RowStride + c);
            }
        }
    }

    private void Copy(float* from, nint fromStride, float* to, nint toStride, int count)
    {
        for (int row = 0; row < count; row++) new ReadOnlySpan<float>(from + row * fromStride, channels).CopyTo(new Span<float>(to + row * toStride, channels));
    }
}
