using System.Globalization;

namespace SemanticStyleGan.Data;

/// <summary>The keys of the authors' two LMDB layouts.</summary>
internal static class LmdbKeys
{
    /// <summary>Paired layout: the number of images as text.</summary>
    public const string ImageCount = "image-length";

    /// <summary>Paired layout: the number of masks as text.</summary>
    public const string LabelCount = "label-length";

    /// <summary>Image-only layout: the number of images of each size as text.</summary>
    public const string Count = "length";

    public static string Image(int index) => $"image-{index:0000000}";

    public static string Label(int index) => $"label-{index:0000000}";

    public static string ImageOfSide(int side, int index) => $"{side}-{index:00000}";

    /// <summary>The size in a key of the image-only layout, or null.</summary>
    public static int? SideOf(string key)
    {
        int dash = key.IndexOf('-', StringComparison.Ordinal);
        return dash > 0 && int.TryParse(key.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out int side) && side is > 0 and <= DatasetHeader.LargestSize ? side : null;
    }
}
