using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SemanticStyleGan.Kernels;

/// <summary>
/// The layers of the local generators: a block of a part's pixels goes through all of them while it is in the cache, so that no hidden map is written
/// but those that are asked for; and back through all of them.
/// </summary>
/// <param name="maps">How many maps there are: parts of samples.</param>
/// <param name="layers">Layers L.</param>
/// <param name="channels">Channels C; a multiple of 32.</param>
/// <param name="pixels">Pixels P of a map.</param>
internal sealed unsafe class LocalKernel(int maps, int layers, int channels, int pixels)
{
    /// <summary>Pixels of a block; a multiple of the product's rows.</summary>
    internal const int Block = 96;

    // Maps are shared out to so many workers at most, each of which adds up the gradient of shared features.
    private const int MostGroups = 16;

    // Rows of a power of two bytes would fall on the same cache lines.
    private nint RowStride => channels + 16;

    // A product computes whole blocks of rows.
    private nint MatrixRows => (channels + MatrixKernel.Rows - 1) / MatrixKernel.Rows * MatrixKernel.Rows;

    /// <summary>How many gradients of shared features <see cref="Backward"/> gives, which are to be added.</summary>
    internal int Groups => Math.Min(maps, MostGroups);

    /// <summary>leaky_relu(W·h + b, 0.2), layer after layer; all maps are <c>[maps, P, C]</c>.</summary>
    /// <param name="features">What the first layer takes; one map for all where <paramref name="shared"/>.</param>
    /// <param name="shared">Whether there is one map of features.</param>
    /// <param name="weights"><c>[maps, L, in, out]</c>.</param>
    /// <param name="biases"><c>[maps, L, C]</c>.</param>
    /// <param name="results">Where the map after each layer goes, <c>[L]</c>; 0 for maps that are not asked for.</param>
    internal void Forward(float* features, bool shared, float* weights, float* biases, nint[] results)
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
                if (results[layer] != 0) Copy(from, RowStride, (float*)results[layer] + start, channels, count);
            }
        });
    }

    /// <summary>The gradients of what <see cref="Forward"/> computes.</summary>
    /// <param name="features">As there.</param>
    /// <param name="shared">As there.</param>
    /// <param name="weights"><c>[maps, L, out, in]</c>: the other way round than there.</param>
    /// <param name="hidden">The map after each layer, <c>[L]</c>.</param>
    /// <param name="depthLayers">After how many layers <paramref name="atDepth"/> joins.</param>
    /// <param name="atDepth">The gradient of the map there.</param>
    /// <param name="last">The gradient of the map after the last layer.</param>
    /// <param name="ofWeights">Takes the weights' gradient, <c>[maps, L, out, in]</c>.</param>
    /// <param name="ofBiases">Takes the biases' gradient, <c>[maps, L, C]</c>.</param>
    /// <param name="ofFeatures">Takes the features' gradient, <c>[maps, P, C]</c>, or where shared <c>[<see cref="Groups"/>, P, C]</c>; null if not asked for.</param>
    internal void Backward(
        float* features, bool shared, float* weights, nint[] hidden, int depthLayers, float* atDepth, float* last, float* ofWeights, float* ofBiases, float* ofFeatures)
    {
        Workers.Run(Groups, group =>
        {
            nint matrixSize = MatrixRows * channels, blockSize = Block * RowStride;
            using Scratch scratch = new(layers * matrixSize + 2 * blockSize);
            float* sums = scratch.Pointer, gradient = sums + layers * matrixSize, next = gradient + blockSize;
            new Span<float>(gradient, (int)(2 * blockSize)).Clear(); // what lies between the rows is multiplied too
            if (shared && ofFeatures != null) new Span<float>(ofFeatures + (nint)group * pixels * channels, pixels * channels).Clear();
            for (int map = group; map < maps; map += Groups)
            {
                nint first = (nint)map * layers;
                new Span<float>(sums, (int)(layers * matrixSize)).Clear();
                new Span<float>(ofBiases + first * channels, layers * channels).Clear();
                for (int pixel = 0; pixel < pixels; pixel += Block)
                {
                    int count = Math.Min(Block, pixels - pixel);
                    nint start = ((nint)map * pixels + pixel) * channels, sharedStart = (nint)pixel * channels;
                    Copy(last + start, channels, gradient, RowStride, count);
                    for (int layer = layers - 1; layer >= 0; layer--)
                    {
                        if (layer == depthLayers - 1) Add(atDepth + start, channels, gradient, RowStride, count);
                        Activate(gradient, (float*)hidden[layer] + start, ofBiases + (first + layer) * channels, count);
                        float* input = layer > 0 ? (float*)hidden[layer - 1] + start : features + (shared ? sharedStart : start);
                        AddProducts(gradient, input, sums + layer * matrixSize, count);
                        if (layer == 0 && ofFeatures == null) continue;
                        Multiply(gradient, weights + (first + layer) * channels * channels, next, count);
                        float* result = next;
                        next = gradient;
                        gradient = result;
                    }
                    if (ofFeatures == null) continue;
                    if (shared) Add(gradient, RowStride, ofFeatures + (nint)group * pixels * channels + sharedStart, channels, count);
                    else Copy(gradient, RowStride, ofFeatures + start, channels, count);
                }
                for (int layer = 0; layer < layers; layer++) Copy(sums + layer * matrixSize, channels, ofWeights + (first + layer) * channels * channels, channels, channels);
            }
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Layer(float* from, float* weights, float* bias, float* to, int count)
    {
        Multiply(from, weights, to, count);
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

    private void Multiply(float* from, float* weights, float* to, int count) =>
        MatrixKernel.Multiply(from, RowStride, 1, weights, channels, to, RowStride, count, channels, channels, accumulate: false);

    // sums[out, in] += Σ_pixel gradient[pixel, out]·input[pixel, in]
    private void AddProducts(float* gradient, float* input, float* sums, int count) =>
        MatrixKernel.Multiply(gradient, 1, RowStride, input, channels, sums, channels, channels, channels, count, accumulate: true);

    // The gradient before the activation, and its sum over the pixels.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Activate(float* gradient, float* result, float* sums, int count)
    {
        for (int c = 0; c < channels; c += WinogradTransform.Lanes)
        {
            Vector512<float> sum = Vector512.Load(sums + c);
            for (int row = 0; row < count; row++)
            {
                float* place = gradient + row * RowStride + c;
                Vector512<float> value = Vector512.Load(place), passed = Vector512.GreaterThan(Vector512.Load(result + (nint)row * channels + c), default);
                value = Vector512.ConditionalSelect(passed, value, value * 0.2f);
                value.Store(place);
                sum += value;
            }
            sum.Store(sums + c);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(float* from, nint fromStride, float* to, nint toStride, int count)
    {
        for (int row = 0; row < count; row++)
            for (int c = 0; c < channels; c += WinogradTransform.Lanes)
                (Vector512.Load(from + row * fromStride + c) + Vector512.Load(to + row * toStride + c)).Store(to + row * toStride + c);
    }

    private void Copy(float* from, nint fromStride, float* to, nint toStride, int count)
    {
        for (int row = 0; row < count; row++) new ReadOnlySpan<float>(from + row * fromStride, channels).CopyTo(new Span<float>(to + row * toStride, channels));
    }
}
