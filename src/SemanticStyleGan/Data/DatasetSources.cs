namespace SemanticStyleGan.Data;

/// <summary>Opens the data that a user names with <c>--data</c>.</summary>
public static class DatasetSources
{
    /// <summary>Opens a data set.</summary>
    /// <param name="spec">The path of a <see cref="DatasetArchive"/>.</param>
    /// <param name="size">The size of images that is needed, or null for whatever the data has.</param>
    /// <returns>The data; dispose it if it is <see cref="IDisposable"/>.</returns>
    /// <exception cref="InputException">There is no such data, it is damaged, or its images have another size.</exception>
    public static ISampleSource Open(string spec, int? size = null)
    {
        if (Directory.Exists(spec)) throw new InputException($"{spec}: is a folder; make a data set of it first with 'dataset import'.");
        if (!File.Exists(spec)) throw new InputException($"{spec}: no such data set, expected a .zip file made by 'dataset import' or 'dataset synthesize'.");
        return RequireSize(DatasetArchive.Open(spec), size);
    }

    private static DatasetArchive RequireSize(DatasetArchive archive, int? size)
    {
        if (size is null || archive.Size == size) return archive;
        string message = $"{archive.Description}, expected {size}×{size}; make the data set again with --size {size}.";
        archive.Dispose();
        throw new InputException(message);
    }
}
