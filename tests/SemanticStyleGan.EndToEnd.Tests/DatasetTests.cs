using System.Diagnostics;
using SemanticStyleGan.Data;
using static SemanticStyleGan.EndToEnd.Tests.CommandLineProgram;

namespace SemanticStyleGan.EndToEnd.Tests;

public sealed class DatasetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("semantic-stylegan-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name) => Path.Combine(_folder, name);

    [Fact]
    public void Faces_are_drawn_described_and_shown()
    {
        Run("dataset", "synthesize", "--count", "20", "--size", "32", "--seed", "4", "--out", At("faces.zip")).AssertDone();
        Result info = Run("dataset", "info", At("faces.zip"), "--check", "--out", At("sheet.png"), "--samples", "6");
        info.AssertDone();
        Assert.Contains("20 images of 32×32 pixels", info.Output);
        foreach (SemanticClass c in SemanticLayout.Faces.Classes) Assert.Contains(c.Name, info.Output);
        RgbImage sheet = ImageFiles.Read(At("sheet.png"));
        Assert.Equal((12 * 98 - 2, 96), (sheet.Width, sheet.Height));
        Run("dataset", "synthesize", "--count", "20", "--size", "32", "--seed", "4", "--out", At("again.zip")).AssertDone();
        Assert.Equal(File.ReadAllBytes(At("faces.zip")), File.ReadAllBytes(At("again.zip")));
    }

    [Fact]
    public void Folders_of_pictures_and_masks_are_imported()
    {
        string[] directories = [At("images"), At("labels")];
        foreach (string directory in directories) Directory.CreateDirectory(directory);
        SemanticLayout layout = new("two", [new("background", 0), new("thing", 0xFF0000)]);
        File.WriteAllText(At("labels.json"), layout.ToJson().ToJsonString());
        for (int i = 0; i < 3; i++)
        {
            PngCodec.Write(At($"images/{i}.png"), new RgbImage(20, 16));
            File.WriteAllBytes(At($"labels/{i}.png"), IndexPng.Encode(20, 16, [.. Enumerable.Range(0, 320).Select(x => (byte)(x % 2))], layout));
        }
        string[] import = ["dataset", "import", "folder", "--images", At("images"), "--labels", At("labels"), "--classes", At("labels.json"), "--size", "8", "--out", At("a.zip")];
        Run(import).AssertDone();
        using (DatasetArchive archive = DatasetArchive.Open(At("a.zip"))) Assert.Equal((3, layout), (archive.Count, archive.Layout));
        Run(import).AssertRefused("a.zip exists", "--overwrite");

        File.Delete(At("labels/1.png"));
        Result refused = Run([.. import, "--overwrite"]);
        refused.AssertRefused("1 problem", "--skip-bad");
        Assert.Contains("1.png: has no mask", refused.Error);
        Result skipped = Run([.. import, "--overwrite", "--skip-bad"]);
        skipped.AssertDone();
        Assert.Contains("1.png: has no mask", skipped.Error);
        using (DatasetArchive archive = DatasetArchive.Open(At("a.zip"))) Assert.Equal(2, archive.Count);

        File.WriteAllText(At("labels.json"), "{\"name\": \"x\", \"classes\": [], \"colour\": 3}");
        Run([.. import, "--overwrite"]).AssertRefused("labels.json");
    }

    [Fact]
    public void Wrong_input_gets_one_line()
    {
        Run("dataset", "import", "celebamask-hq", At("none"), "--out", At("a.zip")).AssertRefused("none: no such folder");
        Run("dataset", "import", "images", _folder, "--out", At("a.zip")).AssertRefused("no pictures");
        Run("dataset", "import", "images", _folder, "--out", At("a.zip"), "--size", "60").AssertRefused("--size: '60'", "power of two");
        Run("dataset", "import", "images", "--out", At("a.zip"), "--sise", "64").AssertRefused("unknown option '--sise'", "'--size'");
        Run("dataset", "info", At("none.zip")).AssertRefused("none.zip: no such data set");
        Run("dataset", "synthesize", "--count", "many", "--out", At("a.zip")).AssertRefused("--count: 'many'", "whole number");
        Run("dataset", "synthesize").AssertRefused("'--out' is required");
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void A_stop_signal_ends_a_long_command_without_leaving_anything(string signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "signals are sent with kill");
        string[] arguments = ["dataset", "synthesize", "--count", "1000000", "--size", "64", "--out", At("faces.zip")];
        using Process process = Start(arguments);
        // Its temporary file shows that it is at work.
        SpinWait.SpinUntil(() => Directory.GetFiles(_folder).Length > 0, TimeSpan.FromSeconds(30));
        using (Process kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"])) kill.WaitForExit();
        Result result = Finish(process, arguments);
        Assert.Equal(130, result.ExitCode);
        Assert.Contains("stopped", result.Error);
        Assert.Empty(Directory.GetFiles(_folder));
    }
}
