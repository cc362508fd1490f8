using SemanticStyleGan.Data;
using SemanticStyleGan.Data.Import;

namespace SemanticStyleGan.Inversion;

/// <summary>A picture to be inverted, at the model's size.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Image">The square that is inverted, R×R.</param>
/// <param name="Labels">Its mask, R×R; null where none is known.</param>
public sealed record TargetPicture(string Name, RgbImage Image, LabelMap? Labels)
{
    private const int LeastSide = 8, MostElongation = 8;
    private const double LeastContrast = 1;

    /// <summary>The files of pictures that folders and files stand for, in the order of their names.</summary>
    /// <exception cref="InputException">There is no such folder or file, or no picture in it.</exception>
    public static IReadOnlyList<string> Files(IEnumerable<string> foldersAndFiles) =>
    [
        .. foldersAndFiles.SelectMany(path =>
        {
            if (File.Exists(path)) return [path];
            string[] found = PictureFolder.Find(path);
            return found.Length > 0 ? found : throw new InputException($"{path}: no pictures (jpg, png, webp, bmp, gif) in this folder.");
        }),
    ];

    /// <summary>Reads a picture of any size, upright as its EXIF orientation says, and cuts a square out of it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="crop">Chooses the square.</param>
    /// <param name="size">Side of the result in pixels.</param>
    /// <param name="maskFolder">A folder where a mask of the same name may lie (<c>NAME.png</c>: indices, or the layout's colours); null for none.</param>
    /// <param name="layout">The classes of masks.</param>
    /// <exception cref="InputException">The file is no picture, damaged, or shows nothing that could be inverted.</exception>
    public static TargetPicture Read(string path, PictureCrop crop, int size, string? maskFolder, SemanticLayout layout)
    {
        RgbImage image = ImageFiles.Read(path);
        RefuseAbsurd(image, path);
        Square square = crop.Choose(image);
        string? mask = maskFolder is null ? null : Path.Combine(maskFolder, Path.GetFileNameWithoutExtension(path) + ".png");
        if (mask is null || !File.Exists(mask)) return new(Path.GetFileName(path), square.Cut(image, size), null);
        LabelMap labels = PaintedMask.Read(mask, layout);
        if ((labels.Width, labels.Height) != (image.Width, image.Height))
            throw new DatasetFormatException($"{mask}: {labels.Width}×{labels.Height} pixels, expected the {image.Width}×{image.Height} of {path}.");
        return new(Path.GetFileName(path), square.Cut(image, size), square.Cut(labels, size));
    }

    /// <summary>A picture that is in memory, without a mask.</summary>
    /// <param name="image">Of any size.</param>
    /// <param name="name">What it is called in messages.</param>
    /// <param name="crop">Chooses the square.</param>
    /// <param name="size">Side of the result in pixels.</param>
    /// <exception cref="InputException">It shows nothing that could be inverted.</exception>
    public static TargetPicture Of(RgbImage image, string name, PictureCrop crop, int size)
    {
        RefuseAbsurd(image, name);
        return new(name, crop.Choose(image).Cut(image, size), null);
    }

    private static void RefuseAbsurd(RgbImage image, string path)
    {
        (int shorter, int longer) = (Math.Min(image.Width, image.Height), Math.Max(image.Width, image.Height));
        if (shorter < LeastSide) throw new DatasetFormatException($"{path}: {image.Width}×{image.Height} pixels, expected at least {LeastSide} on each side.");
        if (longer > MostElongation * shorter) throw new DatasetFormatException($"{path}: {image.Width}×{image.Height} pixels, expected no side more than {MostElongation} times the other.");
        double mean = image.Pixels.Average(p => p), contrast = Math.Sqrt(image.Pixels.Average(p => (p - mean) * (p - mean)));
        if (contrast < LeastContrast) throw new DatasetFormatException($"{path}: all pixels are alike, so there is nothing to invert.");
    }
}
