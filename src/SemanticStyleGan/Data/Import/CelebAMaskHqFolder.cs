using System.Globalization;

namespace SemanticStyleGan.Data.Import;

/// <summary>
/// CelebAMask-HQ as it is distributed: <c>CelebA-HQ-img/{i}.jpg</c> and <c>CelebAMask-HQ-mask-anno/{i/2000}/{i:05}_{part}.png</c>, white
/// where the part is; a part that is absent has no file. Parts are painted over each other into the 13 classes of <see cref="SemanticLayout.Faces"/>.
/// </summary>
public sealed class CelebAMaskHqFolder : IRawSamples
{
    private const string ImageFolder = "CelebA-HQ-img", MaskFolder = "CelebAMask-HQ-mask-anno";
    private const int MasksPerFolder = 2000;

    /// <summary>The order in which parts are painted, later ones over earlier ones (system.md §5).</summary>
    private static readonly string[] PaintingOrder =
    [
        "skin", "eye_g", "l_eye", "r_eye", "l_brow", "r_brow", "mouth", "l_lip", "u_lip", "nose", "hair", "l_ear", "r_ear", "neck", "neck_l", "cloth", "hat", "ear_r",
    ];

    private readonly string _root;
    private readonly CelebAMaskHqSplit _split;
    private readonly List<string> _problems = [];
    private readonly List<(int Number, string Image, List<(int Order, string Path)> Parts)> _samples = [];

    /// <summary>Looks through a folder.</summary>
    /// <exception cref="InputException">The folder isn't laid out like this, the split is unknown to it, or nothing is left.</exception>
    public CelebAMaskHqFolder(string root, int size, CelebAMaskHqSplit split)
    {
        (_root, _split, Size) = (root, split, size);
        if (!Directory.Exists(root)) throw new InputException($"{root}: no such folder.");
        foreach (string folder in new[] { ImageFolder, MaskFolder })
            if (!Directory.Exists(Path.Combine(root, folder)))
                throw new InputException($"{root}: has no folder {folder}; expected {ImageFolder}/0.jpg, … and {MaskFolder}/0/00000_skin.png, ….");
        (int Number, string Path)[] images;
        ILookup<int, (int Order, string Path)> parts;
        try
        {
            images = [.. FindImages().OrderBy(i => i.Number)];
            parts = FindParts().ToLookup(p => p.Number, p => (p.Order, p.Path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{root}: could not be read: {e.Message}", e);
        }
        if (split.NeedsFullSet && images.Length != CelebAMaskHqSplit.FullCount)
            throw new InputException(
                $"{root}: has {images.Length:N0} images, the split '{split.Name}' is defined for the full set of {CelebAMaskHqSplit.FullCount:N0}; use 'all' or name the images by number, such as 0-31.");
        foreach ((int number, string path) in images.Where(i => i.Number >= split.First && i.Number <= split.Last))
        {
            List<(int Order, string Path)> found = [.. parts[number].OrderBy(p => p.Order)];
            if (found.Count > 0) _samples.Add((number, path, found));
            else _problems.Add($"{path}: has no masks, expected {Path.Combine(root, MaskFolder, $"{number / MasksPerFolder}", $"{number:00000}_skin.png")} and other parts.");
        }
        if (_samples.Count + _problems.Count == 0) throw new InputException($"{root}: no images in the split '{split.Name}', expected {ImageFolder}/{split.First}.jpg and so on.");
    }

    /// <inheritdoc/>
    public SemanticLayout Layout => SemanticLayout.Faces;

    /// <inheritdoc/>
    public int Size { get; }

    /// <inheritdoc/>
    public int Count => _samples.Count;

    /// <inheritdoc/>
    public string Description => $"CelebAMask-HQ folder {Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(_root)))}, split {_split.Name}";

    /// <inheritdoc/>
    public IReadOnlyList<string> Problems => _problems;

    /// <inheritdoc/>
    public string NameOf(int index) => Path.GetFileName(_samples[index].Image);

    /// <inheritdoc/>
    public void Read(int index, Span<byte> rgb, Span<byte> labels)
    {
        (_, string path, List<(int Order, string Path)> parts) = _samples[index];
        RgbImage image = RequireSquare(ImageFiles.Read(path), path);
        ImageResize.Lanczos(image, Size, Size).Pixels.CopyTo(rgb);
        ImageResize.Nearest(PaintParts(parts), Size, Size).Classes.CopyTo(labels);
    }

    private LabelMap PaintParts(List<(int Order, string Path)> parts)
    {
        LabelMap? mask = null;
        string first = parts[0].Path;
        foreach ((int order, string path) in parts)
        {
            RgbImage part = RequireSquare(ImageFiles.ReadRaw(path), path);
            mask ??= new LabelMap(part.Width, part.Height, new byte[part.Width * part.Height]);
            if (part.Width != mask.Width)
                throw new DatasetFormatException($"{path}: {part.Width}×{part.Height} pixels, but {Path.GetFileName(first)} has {mask.Width}×{mask.Height}; expected one size for all parts.");
            byte label = ClassOf(PaintingOrder[order]);
            for (int i = 0; i < mask.Classes.Length; i++)
                if (part.Pixels[3 * i] > 127) mask.Classes[i] = label;
        }
        return mask!;
    }

    private byte ClassOf(string part)
    {
        for (int k = 0; k < Layout.Count; k++)
            if (Layout.Classes[k].SourceParts.Contains(part)) return (byte)k;
        throw new InvalidOperationException($"no class for the part '{part}'.");
    }

    // A picture of 1024² and masks of 512², as in the original set, show the same square.
    private static RgbImage RequireSquare(RgbImage image, string path) =>
        image.Width == image.Height ? image : throw new DatasetFormatException($"{path}: {image.Width}×{image.Height} pixels, expected a square.");

    private IEnumerable<(int Number, string Path)> FindImages()
    {
        foreach (string path in Directory.EnumerateFiles(Path.Combine(_root, ImageFolder), "*.jpg"))
            if (Number(Path.GetFileNameWithoutExtension(path)) is { } number) yield return (number, path);
    }

    private IEnumerable<(int Number, int Order, string Path)> FindParts()
    {
        foreach (string path in Directory.EnumerateFiles(Path.Combine(_root, MaskFolder), "*.png", SearchOption.AllDirectories))
        {
            string name = Path.GetFileNameWithoutExtension(path);
            int split = name.IndexOf('_', StringComparison.Ordinal);
            if (split < 0 || Number(name[..split]) is not { } number || number < _split.First || number > _split.Last) continue;
            int order = Array.IndexOf(PaintingOrder, name[(split + 1)..]);
            if (order >= 0) yield return (number, order, path);
            else _problems.Add($"{path}: unknown part '{name[(split + 1)..]}', expected one of {string.Join(", ", PaintingOrder)}.");
        }
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
