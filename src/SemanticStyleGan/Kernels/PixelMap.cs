using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Kernels;

/// <summary>A batch of images in memory, channels last.</summary>
/// <param name="Data">The first pixel.</param>
/// <param name="Images">Batch size N.</param>
/// <param name="Height">Rows H.</param>
/// <param name="Width">Columns W.</param>
/// <param name="Channels">Channels C of a pixel.</param>
internal readonly unsafe record struct PixelMap(nint Data, int Images, int Height, int Width, int Channels)
{
    /// <summary>The memory of <c>[N, C, H, W]</c>, channels last in memory. The tensor must outlive the map.</summary>
    internal static PixelMap Of(Tensor x)
    {
        using Tensor pixels = x.permute(0, 2, 3, 1);
        long[] shape = pixels.shape;
        return new(AddressOf(pixels), (int)shape[0], (int)shape[1], (int)shape[2], (int)shape[3]);
    }

    /// <summary>The address of a contiguous tensor's memory, which libtorch does not move.</summary>
    internal static nint AddressOf(Tensor x)
    {
        // A span holds at most 2 GB, so only the first number is looked at.
        using Tensor first = x.as_strided([1], [1], x.storage_offset());
        fixed (byte* address = first.bytes) return (nint)address;
    }

    /// <summary>Address of pixel (y, x) of image n.</summary>
    internal float* At(int n, int y, int x) => (float*)Data + (((nint)n * Height + y) * Width + x) * Channels;

    /// <summary>Addresses of a square of pixels from (y, x) on, row by row; <paramref name="outside"/> for those beyond the border.</summary>
    internal void Gather(int n, int y, int x, int side, float* outside, float** pixels)
    {
        for (int row = y; row < y + side; row++)
        {
            bool inside = (uint)row < (uint)Height;
            for (int column = x; column < x + side; column++) *pixels++ = inside && (uint)column < (uint)Width ? At(n, row, column) : outside;
        }
    }
}
