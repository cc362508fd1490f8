using System.IO.Hashing;
using System.Text;
using SemanticStyleGan.Data;
using SemanticStyleGan.Formats;

namespace SemanticStyleGan.Metrics;

/// <summary>Stands for the content of a data set, so that what was computed of it is known not to belong to another one.</summary>
public static class DataFingerprint
{
    private const int Samples = 64;

    /// <summary>
    /// 32 hexadecimal digits: of all bytes of the file that the data are read from, or, for drawn data, of size, number and 64 samples spread over them,
    /// which change when the seed or the way of drawing does.
    /// </summary>
    /// <param name="data">The data.</param>
    /// <param name="file">Their file; null for drawn data.</param>
    /// <exception cref="InputException">The file or a sample can't be read.</exception>
    public static string Of(ISampleSource data, string? file)
    {
        XxHash128 hash = new();
        hash.Append(Encoding.UTF8.GetBytes($"{data.Size} {data.Count} {data.Layout?.ToJson().ToJsonString()}"));
        if (file is not null)
        {
            using FileStream stream = InputFile.Open(file, "a data set");
            hash.Append(stream);
            return Convert.ToHexStringLower(hash.GetCurrentHash());
        }
        byte[] rgb = new byte[3 * data.Size * data.Size], labels = new byte[data.Layout is null ? 0 : data.Size * data.Size];
        for (int i = 0; i < Math.Min(Samples, data.Count); i++)
        {
            data.Read((int)((long)i * data.Count / Math.Min(Samples, data.Count)), rgb, labels);
            hash.Append(rgb);
            hash.Append(labels);
        }
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}
