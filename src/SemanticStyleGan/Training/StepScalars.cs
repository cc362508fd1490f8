namespace SemanticStyleGan.Training;

/// <summary>Named sums of one phase, in the order of their first mention, which is the same on every rank.</summary>
internal sealed class StepScalars
{
    private readonly List<(string Name, double Value)> sums = [];

    /// <summary>The sums.</summary>
    internal IReadOnlyList<(string Name, double Value)> Named => sums;

    /// <summary>One of them.</summary>
    internal double this[string name] => sums[sums.FindIndex(s => s.Name == name)].Value;

    /// <summary>Adds to a sum.</summary>
    internal void Add(string name, double value)
    {
        int at = sums.FindIndex(s => s.Name == name);
        if (at < 0) sums.Add((name, value));
        else sums[at] = (name, sums[at].Value + value);
    }

    /// <summary>Replaces all values.</summary>
    internal void Set(ReadOnlySpan<double> values)
    {
        for (int i = 0; i < sums.Count; i++) sums[i] = (sums[i].Name, values[i]);
    }
}
