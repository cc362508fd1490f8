using System.IO.Enumeration;

namespace SemanticStyleGan.Data.Import;

/// <summary>A folder of pictures without masks, searched with its subfolders (hidden files and linked folders are passed over): the largest square in the middle of each, resized.</summary>
public sealed class PictureFolder : IRawSamples
{
    private readonly string _folder;
    private readonly string[] _paths;

    /// <summary>Looks through a folder.</summary>
    /// <exception cref="InputException">There is no such folder or no picture in it.</exception>
    public PictureFolder(string folder, int size)
    {
        (_folder, Size) = (folder, size);
        _paths = Find(folder);
        if (_paths.Length == 0) throw new InputException($"{folder}: no pictures (jpg, png, webp, bmp, gif) in this folder.");
    }

    /// <inheritdoc/>
    public SemanticLayout? Layout => null;

    /// <inheritdoc/>
    public int Size { get; }

    /// <inheritdoc/>
    public int Count => _paths.Length;

    /// <inheritdoc/>
    public string Description => $"pictures of folder {NameOfFolder(_folder)}";

    /// <inheritdoc/>
    public IReadOnlyList<string> Problems => [];

    /// <inheritdoc/>
    public string NameOf(int index) => Path.GetRelativePath(_folder, _paths[index]);

    /// <inheritdoc/>
    public void Read(int index, Span<byte> rgb, Span<byte> labels) =>
        ImageResize.Lanczos(ImageResize.CentreSquare(ImageFiles.Read(_paths[index])), Size, Size).Pixels.CopyTo(rgb);

    /// <summary>All pictures in a folder and below, in the order of their names.</summary>
    /// <exception cref="InputException">There is no such folder, or it can't be read.</exception>
    internal static string[] Find(string folder)
    {
        if (!Directory.Exists(folder)) throw new InputException($"{folder}: no such folder.");
        try
        {
            // Links to files are followed, links to folders are not: they may lead in a circle.
            FileSystemEnumerable<string> files = new(folder, (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(), new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false })
            {
                ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
                ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
            };
            return [.. files.Where(ImageFiles.HasPictureName).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{folder}: could not be read: {e.Message}", e);
        }
    }

    internal static string NameOfFolder(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
}
