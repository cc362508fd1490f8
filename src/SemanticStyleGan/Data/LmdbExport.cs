using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using LightningDB;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Runtime;
using SkiaSharp;

namespace SemanticStyleGan.Data;

/// <summary>Writes samples as an LMDB folder in the authors' layouts: paired where there are masks, images only where there are none.</summary>
public static class LmdbExport
{
    private const int Chunk = 64;

    /// <summary>Writes <c>data.mdb</c> whole or not at all.</summary>
    /// <param name="source">The samples.</param>
    /// <param name="folder">The folder, made if needed; a <c>data.mdb</c> in it is replaced, other files stay.</param>
    /// <param name="quality">Of the JPEG images, 1 to 100; 100 keeps colours within a few levels.</param>
    /// <param name="progress">Told about samples done.</param>
    /// <param name="stop">Cancels; nothing is written then.</param>
    /// <exception cref="InputException">The system's LMDB is missing, a sample can't be used, or the folder can't be written.</exception>
    public static void Write(ISampleSource source, string folder, int quality = 100, IProgress<WorkProgress>? progress = null, CancellationToken stop = default)
    {
        LmdbLibrary.Require();
        if (File.Exists(folder)) throw new InputException($"{folder}: is a file, expected a folder to write.");
        string temporary = Path.Combine(folder, $".{Environment.ProcessId}.tmp");
        try
        {
            Directory.CreateDirectory(temporary);
            Fill(source, temporary, quality, progress, stop);
            using (LmdbFile check = LmdbFile.Open(Path.Combine(temporary, LmdbDataset.FileName)))
                if (check.Keys.Count != source.Count * (source.Layout is null ? 1 : 2) + (source.Layout is null ? 1 : 2))
                    throw new InputException($"{folder}: not written, the system's LMDB stored {check.Keys.Count} entries.");
            File.Move(Path.Combine(temporary, LmdbDataset.FileName), Path.Combine(folder, LmdbDataset.FileName), overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or LightningException)
        {
            throw new InputException($"{folder}: could not be written: {e.Message}", e);
        }
        finally
        {
            Clean(temporary);
        }
    }

    private static void Fill(ISampleSource source, string folder, int quality, IProgress<WorkProgress>? progress, CancellationToken stop)
    {
        // Address space, not memory or disk: more than the images can take.
        long room = (64L << 20) + source.Count * (16384 + 8L * source.Size * source.Size);
        using LightningEnvironment environment = new(folder, new EnvironmentConfiguration { MapSize = room });
        environment.Open(EnvironmentOpenFlags.NoLock | EnvironmentOpenFlags.NoSync);
        for (int start = 0; start < source.Count; start += Chunk)
        {
            var encoded = new (byte[] Image, byte[]? Label)[Math.Min(Chunk, source.Count - start)];
            Parallel.For(0, encoded.Length, new ParallelOptions { CancellationToken = stop }, i => encoded[i] = Encode(source, start + i, quality));
            Put(environment, encoded.SelectMany((sample, i) => Entries(source, start + i, sample)));
            progress?.Report(new WorkProgress("exporting", start + encoded.Length, source.Count));
        }
        byte[] count = Encoding.ASCII.GetBytes(source.Count.ToString(CultureInfo.InvariantCulture));
        Put(environment, source.Layout is null ? [(LmdbKeys.Count, count)] : [(LmdbKeys.ImageCount, count), (LmdbKeys.LabelCount, count)]);
        environment.Flush(true);
    }

    private static IEnumerable<(string Key, byte[] Value)> Entries(ISampleSource source, int index, (byte[] Image, byte[]? Label) sample)
    {
        yield return (sample.Label is null ? LmdbKeys.ImageOfSide(source.Size, index) : LmdbKeys.Image(index), sample.Image);
        if (sample.Label is not null) yield return (LmdbKeys.Label(index), sample.Label);
    }

    private static void Put(LightningEnvironment environment, IEnumerable<(string Key, byte[] Value)> entries)
    {
        using LightningTransaction transaction = environment.BeginTransaction();
        using LightningDatabase database = transaction.OpenDatabase();
        foreach ((string key, byte[] value) in entries) transaction.Put(database, Encoding.ASCII.GetBytes(key), value).ThrowOnError();
        transaction.Commit().ThrowOnError();
    }

    private static (byte[] Image, byte[]? Label) Encode(ISampleSource source, int index, int quality)
    {
        int pixels = source.Size * source.Size;
        byte[] rgb = new byte[3 * pixels], labels = new byte[source.Layout is null ? 0 : pixels];
        source.Read(index, rgb, labels);
        return (EncodeJpeg(rgb, source.Size, quality), source.Layout is null ? null : IndexPng.EncodeGrey(source.Size, source.Size, labels));
    }

    private static byte[] EncodeJpeg(ReadOnlySpan<byte> rgb, int size, int quality)
    {
        byte[] padded = new byte[4 * size * size];
        for (int from = 0, to = 0; from < rgb.Length; from += 3, to += 4)
            (padded[to], padded[to + 1], padded[to + 2], padded[to + 3]) = (rgb[from], rgb[from + 1], rgb[from + 2], 255);
        GCHandle pin = GCHandle.Alloc(padded, GCHandleType.Pinned);
        try
        {
            using SKPixmap pixmap = new(new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Opaque), pin.AddrOfPinnedObject(), 4 * size);
            using SKData data = pixmap.Encode(new SKJpegEncoderOptions(quality, SKJpegEncoderDownsample.Downsample444, SKJpegEncoderAlphaOption.Ignore))
                ?? throw new InvalidOperationException("the JPEG encoder failed");
            return data.ToArray();
        }
        finally
        {
            pin.Free();
        }
    }

    // Only what was made here: the library's files in the temporary folder, then the folder itself, empty.
    private static void Clean(string temporary)
    {
        try
        {
            foreach (string file in (string[])[LmdbDataset.FileName, "lock.mdb"]) File.Delete(Path.Combine(temporary, file));
            Directory.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { /* nothing more can be done */ }
    }
}
