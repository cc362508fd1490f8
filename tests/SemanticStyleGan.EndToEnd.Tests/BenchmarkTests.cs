using System.Text.Json;
using static SemanticStyleGan.EndToEnd.Tests.CommandLineProgram;

namespace SemanticStyleGan.EndToEnd.Tests;

public sealed class BenchmarkTests
{
    [Fact]
    public void A_case_is_measured_in_processes_of_its_own_and_written()
    {
        string file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.json");
        try
        {
            Result result = Run("benchmark", "--cases", "synthesis-tiny64-1", "--repeats", "2", "--json", file);
            result.AssertDone();
            Assert.Contains("as it starts up", result.Output);
            using JsonDocument json = JsonDocument.Parse(File.ReadAllText(file));
            Assert.Equal(["caching", "libtorch"], json.RootElement.EnumerateArray().Select(r => r.GetProperty("allocator").GetString()));
            foreach (JsonElement r in json.RootElement.EnumerateArray())
            {
                Assert.Equal("synthesis-tiny64-1", r.GetProperty("case").GetString());
                foreach (string number in (string[])["ours_ms", "reference_ms", "ratio", "ours_peak_mb", "reference_peak_mb"]) Assert.True(r.GetProperty(number).GetDouble() > 0);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void An_unknown_case_is_refused_with_what_there_is() => Run("benchmark", "--cases", "painting-tiny64-1").AssertRefused("'painting-tiny64-1'", "synthesis");
}
