namespace SemanticStyleGan.Tests.Data;

/// <summary>A new folder that is gone after the test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("semantic-stylegan-test-").FullName;

    public string Path { get; }

    /// <summary>The path of a file or folder in it; the folders above are made.</summary>
    public string this[string name]
    {
        get
        {
            string path = System.IO.Path.Combine(Path, name);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            return path;
        }
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
