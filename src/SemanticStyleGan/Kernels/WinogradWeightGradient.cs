using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Kernels;

/// <summary>
/// The gradient of a 3×3 convolution (padding 1) with respect to its weights, at the 36 points of <see cref="WinogradTransform"/>: the inputs' tiles
/// at a point times the output gradients' tiles there, added up over all tiles. A quarter of the products of the plain sum over pixels.
/// </summary>
/// <param name="input"><c>[N, H, W, in]</c>; height and width are multiples of 4, channels of 16.</param>
/// <param name="gradient"><c>[N, H, W, out]</c>; channels are a multiple of 16.</param>
internal sealed unsafe class WinogradWeightGradient(PixelMap input, PixelMap gradient)
{
    private const int Tile = WinogradConvolution.Tile;
    private const long LargestChunk = 4 << 20; // numbers: what is transformed is multiplied while it is in the cache
    private const int TilesATime = 8;

    private readonly int rows = input.Height / Tile;
    private readonly int columns = input.Width / Tile;

    /// <summary>The gradient <c>[36, in, out]</c>, see <see cref="WinogradWeights.Gradient"/>.</summary>
    internal Tensor AtPoints()
    {
        using DisposeScope scope = NewDisposeScope();
        int tiles = input.Images * rows * columns;
        int chunk = (int)Math.Clamp(LargestChunk / WinogradTransform.Points / (input.Channels + gradient.Channels), TilesATime, tiles);
        using Tensor inputs = Planes(chunk, input.Channels), gradients = Planes(chunk, gradient.Channels);
        Tensor? sum = null;
        for (int first = 0; first < tiles; first += chunk)
        {
            int count = Math.Min(chunk, tiles - first);
            Transform(first, count, inputs, gradients);
            Tensor products = bmm(inputs.narrow(1, 0, count).transpose(1, 2), gradients.narrow(1, 0, count));
            sum = sum is null ? products : sum.add_(products, Constant(1));
        }
        return sum!.MoveToOuterDisposeScope();
    }

    // [36, tiles, channels]; planes of a power of two bytes would fall on the same cache lines.
    private static Tensor Planes(long tiles, long channels)
    {
        long stride = tiles * channels + 16;
        return empty(WinogradTransform.Points * stride).as_strided([WinogradTransform.Points, tiles, channels], [stride, channels, 1]);
    }

    private void Transform(int first, int count, Tensor inputs, Tensor gradients)
    {
        nint inputAddress = PixelMap.AddressOf(inputs), gradientAddress = PixelMap.AddressOf(gradients);
        (nint inputStride, nint gradientStride) = ((nint)inputs.stride(0), (nint)gradients.stride(0));
        Workers.Run((count + TilesATime - 1) / TilesATime, block =>
        {
            float** pixels = stackalloc float*[WinogradTransform.Points];
            using Scratch zeros = new(input.Channels);
            new Span<float>(zeros.Pointer, input.Channels).Clear();
            for (int i = block * TilesATime; i < Math.Min(count, (block + 1) * TilesATime); i++)
            {
                (int n, int inImage) = ((first + i) / (rows * columns), (first + i) % (rows * columns));
                (int y, int x) = (inImage / columns * Tile, inImage % columns * Tile);
                input.Gather(n, y - 1, x - 1, WinogradTransform.Span, zeros.Pointer, pixels);
                for (int c = 0; c < input.Channels; c += WinogradTransform.Lanes)
                    WinogradTransform.Input(pixels, c, (float*)inputAddress + (nint)i * input.Channels + c, inputStride);
                gradient.Gather(n, y, x, Tile, zeros.Pointer, pixels);
                for (int c = 0; c < gradient.Channels; c += WinogradTransform.Lanes)
                    WinogradTransform.OutputAdjoint(pixels, c, (float*)gradientAddress + (nint)i * gradient.Channels + c, gradientStride);
            }
        });
    }
}
