namespace SemanticStyleGan.Data;

/// <summary>
/// The project's data set file: a zip of stored PNG images (<c>images/00000000.png</c>), PNG index masks (<c>masks/00000000.png</c>)
/// and a <see cref="DatasetHeader"/> (<c>dataset.json</c>). Any zip tool and image viewer can open it; many threads read it at once.
/// </summary>
public sealed class DatasetArchive : ISampleSource, IDisposable
{
    private const long LargestHeader = 256L << 20;
    private readonly RandomAccessZip _zip;

    private DatasetArchive(RandomAccessZip zip, DatasetHeader header) => (_zip, Header) = (zip, header);

    /// <summary>What the archive says about itself.</summary>
    public DatasetHeader Header { get; }

    /// <inheritdoc/>
    public SemanticLayout? Layout => Header.Layout;

    /// <inheritdoc/>
    public int Size => Header.Size;

    /// <inheritdoc/>
    public int Count => Header.Count;

    /// <inheritdoc/>
    public string Description => $"{_zip.Path}: {Count:N0} images of {Size}×{Size} pixels, {(Layout is null ? "no masks" : $"masks of {Layout.Count} classes ({Layout.Name})")}";

    /// <summary>Opens an archive, reads its header and checks that every entry is there; images are read and checked later, one by one.</summary>
    /// <exception cref="InputException">The file is missing or unreadable.</exception>
    /// <exception cref="DatasetFormatException">It is no data set, damaged or incomplete.</exception>
    public static DatasetArchive Open(string path)
    {
        RandomAccessZip zip = RandomAccessZip.Open(path);
        try
        {
            if (!zip.Contains(DatasetHeader.EntryName))
                throw new DatasetFormatException($"{path}: no data set of this program (it has no {DatasetHeader.EntryName}); make one with 'dataset import'.");
            DatasetHeader header = DatasetHeader.FromJson(zip.Read(DatasetHeader.EntryName, LargestHeader), $"{path}, {DatasetHeader.EntryName}");
            for (int i = 0; i < header.Count; i++)
            {
                if (!zip.Contains(ImageEntry(i))) throw new DatasetFormatException($"{path}: {ImageEntry(i)} is missing; {DatasetHeader.EntryName} says there are {header.Count} images.");
                if (header.Layout is not null && !zip.Contains(MaskEntry(i))) throw new DatasetFormatException($"{path}: {MaskEntry(i)} is missing; the data set has masks.");
            }
            return new DatasetArchive(zip, header);
        }
        catch
        {
            zip.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="DatasetFormatException">The sample is damaged, of another size, or its mask has unknown classes; file and entry are named.</exception>
    public void Read(int index, Span<byte> rgb, Span<byte> labels)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        int pixels = Size * Size;
        if (rgb.Length != 3 * pixels || labels.Length != (Layout is null ? 0 : pixels))
            throw new ArgumentException($"buffers of {rgb.Length} and {labels.Length} bytes for images of {Size}×{Size} pixels.");
        // Even a picture editor's 16-bit colours with alpha fit.
        long most = 65536 + 16L * pixels;
        PngDecoder.Decode(_zip.Read(ImageEntry(index), most), Size, Size, rgb, $"{_zip.Path}, {ImageEntry(index)}");
        if (Layout is null) return;
        LabelMap mask = IndexPng.Decode(_zip.Read(MaskEntry(index), most), $"{_zip.Path}, {MaskEntry(index)}", Size);
        mask.RequireClasses(Layout, $"{_zip.Path}, {MaskEntry(index)}");
        mask.Classes.CopyTo(labels);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _zip.Dispose();

    internal static string ImageEntry(int index) => $"images/{index:00000000}.png";

    internal static string MaskEntry(int index) => $"masks/{index:00000000}.png";
}
