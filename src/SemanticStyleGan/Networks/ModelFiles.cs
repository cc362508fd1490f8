namespace SemanticStyleGan.Networks;

/// <summary>Finds a kind of model by the name that a user gives: a file, a folder that has one, or one that comes with the program.</summary>
/// <param name="fileName">What the file is called in its folder.</param>
/// <param name="kind">What it is, for messages.</param>
/// <param name="expected">What a name may be besides a bundled one, for messages.</param>
internal sealed class ModelFiles(string fileName, string kind, string expected)
{
    private static string BundledFolder => Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>Those that come with the program, by name.</summary>
    internal IReadOnlyList<string> Bundled => Directory.Exists(BundledFolder)
        ? [.. Directory.EnumerateDirectories(BundledFolder).Where(d => File.Exists(Path.Combine(d, fileName))).Select(d => Path.GetFileName(d)).Order()]
        : [];

    /// <summary>The file that a name stands for.</summary>
    /// <exception cref="InputException">There is none.</exception>
    internal string Locate(string name)
    {
        if (File.Exists(name)) return name;
        if (Directory.Exists(name))
        {
            string inside = Path.Combine(name, fileName);
            return File.Exists(inside) ? inside : throw new InputException($"{name}: this folder has no {fileName}; expected the folder of a training run that has written a checkpoint.");
        }
        string bundled = Path.Combine(BundledFolder, name, fileName);
        if (Path.GetFileName(name) == name && File.Exists(bundled)) return bundled;
        throw new InputException($"{name}: no such {kind}; expected {expected}, or a bundled {kind} ({(Bundled.Count == 0 ? "none is installed" : string.Join(", ", Bundled))}).");
    }
}
