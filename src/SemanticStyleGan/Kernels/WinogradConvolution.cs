using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SemanticStyleGan.Kernels;

/// <summary>
/// A 3×3 convolution with padding 1 by <see cref="WinogradTransform"/>, followed by noise, bias and activation: a block of tiles is
/// transformed, multiplied by the transformed weights at each of the 36 points, and transformed back while it is in the cache.
/// </summary>
/// <param name="input"><c>[N, H, W, in]</c>; height and width are multiples of 4, channels of 16.</param>
/// <param name="output"><c>[N, H, W, out]</c>; channels are a multiple of 32.</param>
/// <param name="epilogue">What follows; nothing where null.</param>
[SkipLocalsInit]
internal sealed unsafe class WinogradConvolution(PixelMap input, PixelMap output, PixelEpilogue? epilogue)
{
    /// <summary>Width and height of an output tile.</summary>
    internal const int Tile = 4;

    private readonly int rows = output.Height / Tile;
    private readonly int columns = output.Width / Tile;

    // Rows of a power of two bytes would fall on the same cache lines.
    private nint RowStride => input.Channels + 16;

    private int Tiles => input.Images * rows * columns;

    /// <summary>Convolves with the transformed weights <c>[36, out/32, in, 32]</c>, see <see cref="WinogradWeights"/>.</summary>
    internal void Forward(float* weights)
    {
        (int inputs, int outputs, TileBlocks blocks) = (input.Channels, output.Channels, new(Tiles));
        blocks.Run((first, count) =>
        {
            nint inputPlane = blocks.Size * RowStride + 16, outputPlane = (nint)blocks.Size * outputs + 16;
            using Scratch scratch = new(WinogradTransform.Points * (inputPlane + outputPlane));
            float* transformed = scratch.Pointer, products = transformed + WinogradTransform.Points * inputPlane;
            TransformInput(first, count, transformed, inputPlane);
            for (int point = 0; point < WinogradTransform.Points; point++)
                MatrixKernel.Product(transformed + point * inputPlane, RowStride, weights + (nint)point * outputs * inputs, products + point * outputPlane, outputs, count, outputs, inputs);
            TransformOutput(first, count, products, outputPlane);
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformInput(int first, int count, float* target, nint plane)
    {
        int channels = input.Channels;
        using Scratch zeros = new(channels);
        new Span<float>(zeros.Pointer, channels).Clear();
        float** sources = stackalloc float*[WinogradTransform.Points];
        for (int i = 0; i < count; i++)
        {
            (int n, int y, int x) = Position(first + i);
            input.Gather(n, y - 1, x - 1, WinogradTransform.Span, zeros.Pointer, sources);
            float* row = target + i * RowStride;
            for (int c = 0; c < channels; c += WinogradTransform.Lanes)
                WinogradTransform.Input(sources, c, row + c, plane);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformOutput(int first, int count, float* products, nint plane)
    {
        const int Lanes = WinogradTransform.Lanes;
        int channels = output.Channels;
        float* result = stackalloc float[Tile * Tile * Lanes];
        for (int i = 0; i < count; i++)
        {
            (int n, int y, int x) = Position(first + i);
            for (int c = 0; c < channels; c += Lanes)
            {
                WinogradTransform.Output(products + (nint)i * channels + c, plane, result);
                for (int row = 0; row < Tile; row++)
                {
                    float* values = result + row * Tile * Lanes;
                    if (epilogue is { } after) Finish(values, Vector512.Load((float*)after.Bias + c), after.NoiseRow(output, n, y + row) + x);
                    float* target = output.At(n, y + row, x) + c;
                    for (int column = 0; column < Tile; column++) Vector512.Load(values + column * Lanes).Store(target + column * channels);
                }
            }
        }
    }

    // Noise, bias and activation of 16 channels of a row of the tile.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(float* values, Vector512<float> bias, float* noise)
    {
        for (int column = 0; column < Tile; column++)
        {
            Vector512<float> value = Vector512.Load(values + column * WinogradTransform.Lanes) + bias + Vector512.Create(noise[column]);
            Vector512.Max(value, value * 0.2f).Store(values + column * WinogradTransform.Lanes);
        }
    }

    // The image and the first output row and column of a tile.
    private (int Image, int Y, int X) Position(int index)
    {
        (int n, int inImage) = (index / (rows * columns), index % (rows * columns));
        return (n, inImage / columns * Tile, inImage % columns * Tile);
    }
}
