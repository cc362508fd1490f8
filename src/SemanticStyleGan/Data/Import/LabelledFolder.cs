namespace SemanticStyleGan.Data.Import;

/// <summary>
/// Pictures in one folder and their masks in another, paired by name without extension (subfolders included). A mask is a PNG of class
/// indices (grey or palette) or of the layout's colours, of its picture's size; both are cut to the square in the middle and resized.
/// </summary>
public sealed class LabelledFolder : IRawSamples
{
    private readonly string _images;
    private readonly List<(string Name, string Image, string Labels)> _pairs = [];
    private readonly List<string> _problems = [];
    private readonly Dictionary<int, byte> _classOfColor = [];

    /// <summary>Looks through both folders.</summary>
    /// <exception cref="InputException">A folder is missing or holds nothing, or two classes have one colour.</exception>
    public LabelledFolder(string images, string labels, SemanticLayout layout, int size)
    {
        (_images, Layout, Size) = (images, layout, size);
        for (int k = 0; k < layout.Count; k++)
            if (!_classOfColor.TryAdd(layout.Classes[k].Color, (byte)k))
                throw new InputException($"layout '{layout.Name}': the colour #{layout.Classes[k].Color:X6} of '{layout.Classes[k].Name}' is used before, expected one for each class.");
        Dictionary<string, string> imageOf = ByName(images, PictureFolder.Find(images)), labelsOf = ByName(labels, PictureFolder.Find(labels));
        if (imageOf.Count == 0) throw new InputException($"{images}: no pictures (jpg, png, webp, bmp, gif) in this folder.");
        if (labelsOf.Count == 0) throw new InputException($"{labels}: no masks (png) in this folder.");
        foreach ((string name, string image) in imageOf)
        {
            if (labelsOf.TryGetValue(name, out string? mask)) _pairs.Add((name, image, mask));
            else _problems.Add($"{image}: has no mask, expected {Path.Combine(labels, name)}.png.");
        }
        _problems.AddRange(labelsOf.Where(l => !imageOf.ContainsKey(l.Key)).Select(l => $"{l.Value}: has no picture in {images}."));
    }

    /// <inheritdoc/>
    public SemanticLayout Layout { get; }

    /// <inheritdoc/>
    public int Size { get; }

    /// <inheritdoc/>
    public int Count => _pairs.Count;

    /// <inheritdoc/>
    public string Description => $"pictures of folder {PictureFolder.NameOfFolder(_images)} with masks";

    /// <inheritdoc/>
    public IReadOnlyList<string> Problems => _problems;

    /// <inheritdoc/>
    public string NameOf(int index) => _pairs[index].Name;

    /// <inheritdoc/>
    public void Read(int index, Span<byte> rgb, Span<byte> labels)
    {
        (_, string imagePath, string labelsPath) = _pairs[index];
        LabelMap mask = ReadMask(labelsPath);
        // A mask is drawn over the pixels as they are stored; a turned photograph would no longer fit, which the sizes mostly show.
        RgbImage image = ImageFiles.Read(imagePath);
        if ((image.Width, image.Height) != (mask.Width, mask.Height))
            throw new DatasetFormatException($"{labelsPath}: {mask.Width}×{mask.Height} pixels, but {imagePath} has {image.Width}×{image.Height}; expected the same.");
        ImageResize.Lanczos(ImageResize.CentreSquare(image), Size, Size).Pixels.CopyTo(rgb);
        ImageResize.Nearest(ImageResize.CentreSquare(mask), Size, Size).Classes.CopyTo(labels);
    }

    private LabelMap ReadMask(string path)
    {
        byte[] file = ImageFiles.ReadBytes(path);
        if (!file.AsSpan().StartsWith(IndexPng.Signature)) throw new DatasetFormatException($"{path}: not a PNG image; masks are PNG because other formats change values.");
        if (!IndexPng.HoldsIndices(file)) return FromColors(ImageFiles.Decode(file, path, asShown: false), path);
        LabelMap mask = IndexPng.Decode(file, path);
        mask.RequireClasses(Layout, path);
        return mask;
    }

    private LabelMap FromColors(RgbImage colors, string path)
    {
        LabelMap mask = new(colors.Width, colors.Height, new byte[colors.Width * colors.Height]);
        for (int i = 0; i < mask.Classes.Length; i++)
        {
            int color = colors.Pixels[3 * i] << 16 | colors.Pixels[3 * i + 1] << 8 | colors.Pixels[3 * i + 2];
            if (!_classOfColor.TryGetValue(color, out mask.Classes[i]))
                throw new DatasetFormatException($"{path}: colour #{color:X6} at x {i % mask.Width}, y {i / mask.Width} is no class of the layout '{Layout.Name}'.");
        }
        return mask;
    }

    private Dictionary<string, string> ByName(string folder, string[] paths)
    {
        Dictionary<string, string> byName = new(StringComparer.Ordinal);
        foreach (string path in paths)
        {
            string name = Path.ChangeExtension(Path.GetRelativePath(folder, path), null);
            if (!byName.TryAdd(name, path)) _problems.Add($"{path}: has the same name as {byName[name]}, expected one of them.");
        }
        return byName;
    }
}
