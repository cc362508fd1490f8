namespace SemanticStyleGan.Data.Import;

/// <summary>A user's files seen as samples: <see cref="ISampleSource.Read"/> decodes and resizes; a sample that can't be used throws <see cref="InputException"/>.</summary>
public interface IRawSamples : ISampleSource
{
    /// <summary>What was found wrong without opening the files, by name: samples that miss something are not counted in <see cref="ISampleSource.Count"/>.</summary>
    IReadOnlyList<string> Problems { get; }

    /// <summary>A sample's name in the source, for example its file's.</summary>
    string NameOf(int index);
}
