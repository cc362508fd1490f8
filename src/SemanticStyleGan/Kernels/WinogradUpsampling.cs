using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SemanticStyleGan.Kernels;

/// <summary>
/// A transposed 3×3 convolution with stride 2 by <see cref="WinogradUpsamplingTransform"/>, all of its output but the last row and column: a block of tiles
/// is transformed, multiplied and transformed back while it is in the cache, phase by phase.
/// </summary>
/// <param name="input"><c>[N, H, W, in]</c>; height and width are multiples of 4, channels of 16.</param>
/// <param name="output"><c>[N, 2H + 1, 2W + 1, out]</c>; channels are a multiple of 32.</param>
[SkipLocalsInit]
internal sealed unsafe class WinogradUpsampling(PixelMap input, PixelMap output)
{
    private const int Tile = WinogradConvolution.Tile, Span = WinogradUpsamplingTransform.Span, Lanes = WinogradTransform.Lanes;

    private readonly int rows = input.Height / Tile;
    private readonly int columns = input.Width / Tile;

    // Rows of a power of two bytes would fall on the same cache lines.
    private nint RowStride => input.Channels + 16;

    private int Tiles => input.Images * rows * columns;

    /// <summary>Convolves with the transformed weights <c>[36, out/32, in, 32]</c>, see <see cref="WinogradWeights.OfUpsampling"/>.</summary>
    internal void Forward(float* weights)
    {
        (int inputs, int outputs, TileBlocks blocks) = (input.Channels, output.Channels, new(Tiles));
        blocks.Run((first, count) =>
        {
            int block = blocks.Size;
            // The first phase has most numbers: 25 for each tile and channel.
            nint inputNumbers = Span * Span * (block * RowStride + 16), outputNumbers = Span * Span * ((nint)block * outputs + 16);
            using Scratch scratch = new(inputNumbers + outputNumbers);
            (nint transformed, nint products) = ((nint)scratch.Pointer, (nint)(scratch.Pointer + inputNumbers));
            float* matrix = weights;
            foreach (UpsamplingPhase phase in UpsamplingPhase.All)
            {
                nint inputPlane = block * phase.RowsATile * RowStride + 16, outputPlane = (nint)block * phase.RowsATile * outputs + 16;
                TransformInput(first, count, phase, (float*)transformed, inputPlane);
                for (int point = 0; point < phase.Points; point++, matrix += (nint)inputs * outputs)
                    MatrixKernel.Product((float*)transformed + point * inputPlane, RowStride, matrix, (float*)products + point * outputPlane, outputs, count * phase.RowsATile, outputs, inputs);
                TransformOutput(first, count, phase, (float*)products, outputPlane);
            }
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformInput(int first, int count, UpsamplingPhase phase, float* target, nint plane)
    {
        int channels = input.Channels;
        using Scratch zeros = new(channels);
        new System.Span<float>(zeros.Pointer, channels).Clear();
        float** pixels = stackalloc float*[Span * Span];
        (nint down, nint across) = phase.Strides(plane, RowStride);
        for (int i = 0; i < count; i++)
        {
            (int n, int y, int x) = Position(first + i);
            input.Gather(n, y - 1, x - 1, Span, zeros.Pointer, pixels);
            float* rowsOfTile = target + i * phase.RowsATile * RowStride;
            for (int c = 0; c < channels; c += Lanes) WinogradUpsamplingTransform.Input(pixels, c, phase, rowsOfTile + c, down, across);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformOutput(int first, int count, UpsamplingPhase phase, float* products, nint plane)
    {
        int channels = output.Channels;
        float* result = stackalloc float[Tile * Tile * Lanes];
        (nint down, nint across) = phase.Strides(plane, channels);
        for (int i = 0; i < count; i++)
        {
            (int n, int y, int x) = Position(first + i);
            for (int c = 0; c < channels; c += Lanes)
            {
                WinogradUpsamplingTransform.Output(products + (nint)i * phase.RowsATile * channels + c, phase, down, across, result);
                for (int row = 0; row < Tile; row++)
                {
                    float* target = output.At(n, 2 * (y + row) + (phase.EvenRows ? 0 : 1), 2 * x + (phase.EvenColumns ? 0 : 1)) + c;
                    for (int column = 0; column < Tile; column++) Vector512.Load(result + (row * Tile + column) * Lanes).Store(target + (nint)2 * column * channels);
                }
            }
        }
    }

    // The image and the first input row and column of a tile.
    private (int Image, int Y, int X) Position(int index)
    {
        (int n, int inImage) = (index / (rows * columns), index % (rows * columns));
        return (n, inImage / columns * Tile, inImage % columns * Tile);
    }
}
