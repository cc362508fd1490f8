namespace SemanticStyleGan.Formats;

/// <summary>Opens files that a user named.</summary>
internal static class InputFile
{
    /// <summary>A stream for reading, unbuffered: the readers ask for large pieces.</summary>
    /// <exception cref="InputException">There is no such file, it is a folder, or it can't be read.</exception>
    public static FileStream Open(string path, string expected)
    {
        if (Directory.Exists(path)) throw new InputException($"{path}: is a folder, expected {expected}.");
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"{path}: there is no such file, expected {expected}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InputException($"{path}: could not be read: {e.Message}", e);
        }
    }
}
