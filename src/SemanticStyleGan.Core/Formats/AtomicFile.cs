namespace SemanticStyleGan.Formats;

/// <summary>Writes whole files: to a temporary name beside the target, flushed to disk, then moved over it. A reader never sees half a file.</summary>
public static class AtomicFile
{
    /// <summary>Lets <paramref name="write"/> fill a stream that becomes the file at <paramref name="path"/> when it returns; folders are made.</summary>
    /// <exception cref="InputException">The place can't be written: it is a folder, read-only or full. What was there before stays.</exception>
    public static void Write(string path, Action<FileStream> write)
    {
        string full = Path.GetFullPath(path);
        if (Directory.Exists(full)) throw new InputException($"{path}: is a folder, expected a file to write.");
        string temporary = $"{full}.{Environment.ProcessId}.tmp";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            using (FileStream stream = new(temporary, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception e)
        {
            TryDelete(temporary);
            if (e is IOException or UnauthorizedAccessException) throw new InputException($"{path}: could not be written: {e.Message}", e);
            throw;
        }
    }

    /// <summary>Writes text as UTF-8 without byte-order mark.</summary>
    public static void WriteText(string path, string text) => WriteBytes(path, System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Writes bytes.</summary>
    public static void WriteBytes(string path, ReadOnlyMemory<byte> bytes) => Write(path, stream => stream.Write(bytes.Span));

    /// <summary>Refuses a file or folder that could not be written, before long work is done for it. Leaves nothing behind.</summary>
    /// <exception cref="InputException">It lies below a file, or where nothing can be written.</exception>
    public static void RequireWritable(string path)
    {
        string place = Path.GetFullPath(path);
        while (!Directory.Exists(place) && Path.GetDirectoryName(place) is { } above)
        {
            if (place != Path.GetFullPath(path) && File.Exists(place)) throw new InputException($"{path}: could not be written: {place} is a file.");
            place = above;
        }
        try
        {
            using FileStream _ = new(Path.Combine(place, Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: could not be written: {e.Message}", e);
        }
    }

    private static void TryDelete(string path)
    {
        try { File.Delete(path); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { /* nothing more can be done */ }
    }
}
