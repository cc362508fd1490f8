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
    public void An_unknown_option_is_named() => Run("dataset", "--colour").AssertRefused("'--colour'", "semantic-stylegan dataset --help");
}
