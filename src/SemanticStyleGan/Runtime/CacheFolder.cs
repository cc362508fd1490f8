namespace SemanticStyleGan.Runtime;

/// <summary>Where the program keeps what it can make again: below <c>XDG_CACHE_HOME</c>, <c>~/.cache</c> or the temporary folder.</summary>
public static class CacheFolder
{
    /// <summary>Folders for one <paramref name="purpose"/>, the best first; none is made.</summary>
    public static IEnumerable<string> Candidates(string purpose)
    {
        string inside = Path.Combine("semantic-stylegan", purpose);
        if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg && Path.IsPathRooted(xdg)) yield return Path.Combine(xdg, inside);
        if (Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home) yield return Path.Combine(home, ".cache", inside);
        yield return Path.Combine(Path.GetTempPath(), inside);
    }
}
