using System.Globalization;

namespace SemanticStyleGan.Data;

/// <summary>Opens the data that a user names with <c>--data</c>.</summary>
public static class DatasetSources
{
    /// <summary>How commands describe what <see cref="Open"/> takes.</summary>
    public const string SpecDescription = "A data set file (.zip), a folder with an LMDB of the authors (data.mdb), or synthetic, synthetic:COUNT or synthetic:COUNT@SEED for drawn faces";

    private const string Synthetic = "synthetic";
    private const int SyntheticCount = 10_000, SyntheticSize = 64;

    /// <summary>Opens a data set.</summary>
    /// <param name="spec">The path of a <see cref="DatasetArchive"/> or an <see cref="LmdbDataset"/>, or <c>synthetic[:COUNT[@SEED]]</c> for <see cref="SyntheticFaces"/> (10,000 with seed 0).</param>
    /// <param name="size">The size of images that is needed, or null for whatever the data has (64 if it is drawn).</param>
    /// <returns>The data; dispose it if it is <see cref="IDisposable"/>.</returns>
    /// <exception cref="InputException">There is no such data, it is damaged, or its images have another size.</exception>
    public static ISampleSource Open(string spec, int? size = null)
    {
        if (LmdbDataset.IsAt(spec)) return OpenLmdb(spec, size);
        if (File.Exists(spec)) return RequireSize(DatasetArchive.Open(spec), size);
        if (Directory.Exists(spec)) throw new InputException($"{spec}: is a folder; make a data set of it first with 'dataset import'.");
        string[] words = spec.Split(':');
        if (words[0] != Synthetic) throw new InputException($"{spec}: no such data set, expected a .zip file made by 'dataset import', or synthetic:COUNT@SEED.");
        if (words.Length == 1) return new SyntheticFaces(size ?? SyntheticSize, SyntheticCount, seed: 0);
        string[] numbers = words[1].Split('@');
        if (words.Length == 2 && numbers.Length <= 2 && Number(numbers[0]) is { } count and > 0 && Number(numbers.ElementAtOrDefault(1) ?? "0") is { } seed)
            return new SyntheticFaces(size ?? SyntheticSize, count, seed);
        throw new InputException($"{spec}: expected synthetic, synthetic:COUNT or synthetic:COUNT@SEED, for example synthetic:5000@1.");
    }

    private static LmdbDataset OpenLmdb(string path, int? size)
    {
        LmdbDataset data = LmdbDataset.Open(path, size);
        if (data.Problems.Count == 0) return data;
        data.Dispose();
        throw new DatasetFormatException($"{data.Problems[0].TrimEnd('.')} ({data.Problems.Count} in all); make a data set of the rest with 'dataset import lmdb --skip-bad'.");
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static DatasetArchive RequireSize(DatasetArchive archive, int? size)
    {
        if (size is null || archive.Size == size) return archive;
        string message = $"{archive.Description}, expected {size}×{size}; make the data set again with --size {size}.";
        archive.Dispose();
        throw new InputException(message);
    }
}
