using System.Globalization;
using System.Text;
using SemanticStyleGan.Data.Import;
using SemanticStyleGan.Formats;

namespace SemanticStyleGan.Data;

/// <summary>
/// The authors' LMDB data sets. Paired: <c>image-0000000</c> (JPEG), <c>label-0000000</c> (PNG of class indices), <c>image-length</c>.
/// Images only: <c>{size}-00000</c> (JPEG), <c>length</c>; of several sizes the wanted one is taken.
/// </summary>
public sealed class LmdbDataset : IRawSamples, IDisposable
{
    /// <summary>The file in an LMDB folder.</summary>
    public const string FileName = "data.mdb";

    private readonly LmdbFile _file;
    private readonly string _path;
    private readonly List<(string Image, string Label)> _samples = [];
    private readonly List<string> _problems = [];

    private LmdbDataset(LmdbFile file, string path, int? size, SemanticLayout? layout)
    {
        (_file, _path) = (file, path);
        HashSet<string> keys = [.. file.Keys];
        if (keys.Contains(LmdbKeys.ImageCount))
        {
            Layout = layout ?? SemanticLayout.Faces;
            for (int i = 0, count = ReadCount(LmdbKeys.ImageCount, keys.Count); i < count; i++) AddPair(keys, i);
        }
        else if (keys.Contains(LmdbKeys.Count)) AddImages(keys, size);
        else throw new DatasetFormatException($"{path}: an LMDB without '{LmdbKeys.ImageCount}' and '{LmdbKeys.Count}' is no data set of the authors' layouts.");
        if (_samples.Count == 0) throw new DatasetFormatException($"{path}: has no images{(_problems.Count > 0 ? $"; {_problems[0]}" : ".")}");
        Size = size ?? SideOfFirst();
    }

    /// <inheritdoc/>
    public SemanticLayout? Layout { get; }

    /// <inheritdoc/>
    public int Size { get; }

    /// <inheritdoc/>
    public int Count => _samples.Count;

    /// <inheritdoc/>
    public string Description => $"LMDB folder {_path}: {Count} images of {Size}×{Size} pixels, {(Layout is null ? "no masks" : $"masks of {Layout.Count} classes ({Layout.Name})")}";

    /// <inheritdoc/>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Whether a path is an LMDB folder or the file in one.</summary>
    public static bool IsAt(string path) => File.Exists(Path.Combine(path, FileName)) || (File.Exists(path) && Path.GetFileName(path) == FileName);

    /// <summary>Opens a folder with <c>data.mdb</c>, or that file.</summary>
    /// <param name="path">The folder or file.</param>
    /// <param name="size">Width and height to give, resized where the stored ones differ; null for the stored (the largest, where there are several).</param>
    /// <param name="layout">The masks' classes; the 13 of faces where null.</param>
    /// <exception cref="DatasetFormatException">It is damaged, no LMDB 0.9, or of another layout.</exception>
    /// <exception cref="InputException">The file is missing or unreadable.</exception>
    public static LmdbDataset Open(string path, int? size = null, SemanticLayout? layout = null)
    {
        LmdbFile file = LmdbFile.Open(Directory.Exists(path) ? Path.Combine(path, FileName) : path);
        try
        {
            return new LmdbDataset(file, path, size, layout);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string NameOf(int index) => _samples[index].Image;

    /// <inheritdoc/>
    /// <exception cref="DatasetFormatException">An image or mask is damaged or not square, or a mask has unknown classes; file and key are named.</exception>
    public void Read(int index, Span<byte> rgb, Span<byte> labels)
    {
        (string imageKey, string labelKey) = _samples[index];
        RgbImage image = ReadImage(imageKey);
        ImageResize.Lanczos(image, Size, Size).Pixels.CopyTo(rgb);
        if (Layout is null) return;
        string source = $"{_path}, {labelKey}";
        LabelMap mask = IndexPng.Decode(_file.Read(labelKey)!, source);
        if (mask.Width != mask.Height) throw new DatasetFormatException($"{source}: {mask.Width}×{mask.Height} pixels, expected a square.");
        mask.RequireClasses(Layout, source);
        ImageResize.Nearest(mask, Size, Size).Classes.CopyTo(labels);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private RgbImage ReadImage(string key)
    {
        string source = $"{_path}, {key}";
        RgbImage image = ImageFiles.Decode(_file.Read(key)!, source, asShown: true);
        return image.Width == image.Height ? image : throw new DatasetFormatException($"{source}: {image.Width}×{image.Height} pixels, expected a square.");
    }

    private void AddPair(HashSet<string> keys, int index)
    {
        (string image, string label) = (LmdbKeys.Image(index), LmdbKeys.Label(index));
        string? missing = !keys.Contains(image) ? image : !keys.Contains(label) ? label : null;
        if (missing is null) _samples.Add((image, label));
        else _problems.Add($"{_path}: '{missing}' is missing.");
    }

    private void AddImages(HashSet<string> keys, int? size)
    {
        int[] sides = [.. keys.Select(LmdbKeys.SideOf).OfType<int>().Distinct().Order()];
        if (sides.Length == 0) return;
        // The wanted size, or the next larger one to reduce; else the largest there is.
        int side = sides.FirstOrDefault(s => s >= (size ?? int.MaxValue), sides[^1]);
        for (int i = 0, count = ReadCount(LmdbKeys.Count, keys.Count); i < count; i++)
        {
            string key = LmdbKeys.ImageOfSide(side, i);
            if (keys.Contains(key)) _samples.Add((key, ""));
            else _problems.Add($"{_path}: '{key}' is missing.");
        }
    }

    private int ReadCount(string key, int most)
    {
        byte[] text = _file.Read(key)!;
        if (text.Length <= 10 && int.TryParse(Encoding.ASCII.GetString(text), NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count <= most) return count;
        throw new DatasetFormatException($"{_path}: '{key}' is no number of images up to the {most} entries that are there.");
    }

    private int SideOfFirst() => ReadImage(_samples[0].Image).Width;
}
