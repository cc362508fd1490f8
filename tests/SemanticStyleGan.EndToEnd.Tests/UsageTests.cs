using static SemanticStyleGan.EndToEnd.Tests.CommandLineProgram;

namespace SemanticStyleGan.EndToEnd.Tests;

public sealed class UsageTests
{
    [Fact]
    public void Without_a_command_the_help_is_shown()
    {
        Result result = Run();
        result.AssertDone();
        Assert.Contains("dataset", result.Output);
        Assert.Contains("Examples:", result.Output);
    }

    [Fact]
    public void The_version_is_a_number()
    {
        Result result = Run("--version");
        result.AssertDone();
        Assert.Matches(@"^\d+\.\d+\.\d+", result.Output);
    }

    [Fact]
    public void A_mistyped_command_is_named_with_the_one_that_was_meant() => Run("datset").AssertRefused("'datset'", "'dataset'", "--help");

    [Fact]
    public void A_folder_that_another_process_writes_into_is_refused()
    {
        string folder = Directory.CreateTempSubdirectory("ssg-busy-").FullName;
        using System.Diagnostics.Process first = Start("generate", "--count", "100000", "--out", folder);
        try
        {
            for (int i = 0; i < 1200 && !Directory.EnumerateFileSystemEntries(folder).Any(); i++) Thread.Sleep(50);
            Run("generate", "--count", "1", "--out", folder).AssertRefused("--out", "another process is writing");
        }
        finally
        {
            first.Kill();
            first.WaitForExit();
        }
        Run("generate", "--count", "1", "--out", folder).AssertDone(); // killed without cleaning up, it holds nothing
        Directory.Delete(folder, recursive: true);
    }

    [Theory, InlineData("file/below"), InlineData("/proc/none")]
    public void A_place_where_nothing_can_be_written_is_refused_before_the_work(string place)
    {
        string file = Path.GetTempFileName();
        Run("evaluate", "--count", "100000", "--out", place.Replace("file", file, StringComparison.Ordinal)).AssertRefused("could not be written");
        Run("train-encoder", "--out", place.Replace("file", file, StringComparison.Ordinal) + ".safetensors").AssertRefused("could not be written");
        File.Delete(file);
    }

    [Fact]
    public void An_unknown_option_is_named() => Run("dataset", "--colour").AssertRefused("'--colour'", "semantic-stylegan dataset --help");
}
