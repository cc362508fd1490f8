using SemanticStyleGan.Data;
using static SemanticStyleGan.EndToEnd.Tests.CommandLineProgram;

namespace SemanticStyleGan.EndToEnd.Tests;

public sealed class LmdbTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("semantic-stylegan-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name) => Path.Combine(_folder, name);

    [Fact]
    public void A_data_set_goes_out_to_the_authors_layout_and_comes_back()
    {
        Run("dataset", "synthesize", "--count", "6", "--size", "32", "--out", At("faces.zip")).AssertDone();
        Result export = Run("dataset", "export", "lmdb", At("faces.zip"), "--out", At("lmdb"));
        if (export.ExitCode != 0)
        {
            export.AssertRefused("LMDB 0.9 is not installed", "apt-get install liblmdb0");
            Assert.Skip(export.Error.Trim());
        }
        Run("dataset", "export", "lmdb", At("faces.zip"), "--out", At("lmdb")).AssertRefused("data.mdb exists", "--overwrite");
        Result info = Run("dataset", "info", At("lmdb"), "--out", At("sheet.png"));
        info.AssertDone();
        Assert.Contains("6 images of 32×32 pixels, masks of 13 classes", info.Output);

        Run("dataset", "import", "lmdb", At("lmdb"), "--size", "32", "--out", At("back.zip")).AssertDone();
        using DatasetArchive original = DatasetArchive.Open(At("faces.zip")), back = DatasetArchive.Open(At("back.zip"));
        Assert.Equal(original.Count, back.Count);
        for (int i = 0; i < original.Count; i++)
        {
            byte[] rgb = new byte[3 * 32 * 32], labels = new byte[32 * 32], rgbBack = new byte[rgb.Length], labelsBack = new byte[labels.Length];
            original.Read(i, rgb, labels);
            back.Read(i, rgbBack, labelsBack);
            Assert.Equal(labels, labelsBack);
            Assert.InRange(rgb.Zip(rgbBack, (a, b) => Math.Abs(a - b)).Average(), 0, 1);
        }
    }

    [Fact]
    public void Other_files_are_refused_in_one_line()
    {
        Directory.CreateDirectory(At("lmdb"));
        Run("dataset", "import", "lmdb", At("lmdb"), "--out", At("a.zip")).AssertRefused("no such file", "data.mdb");
        File.WriteAllText(At("lmdb/data.mdb"), new string('x', 10_000));
        Run("dataset", "import", "lmdb", At("lmdb"), "--out", At("a.zip")).AssertRefused("this is no LMDB file");
        Run("dataset", "info", At("lmdb")).AssertRefused("this is no LMDB file");
        Assert.False(File.Exists(At("a.zip")));
    }
}
