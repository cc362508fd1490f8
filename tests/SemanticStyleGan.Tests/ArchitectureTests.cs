using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using ArchUnitNET.xUnitV3;
using SemanticStyleGan.Networks;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace SemanticStyleGan.Tests;

/// <summary>Folders depend on each other in one direction (docs/architecture.md).</summary>
public sealed class ArchitectureTests
{
    private static readonly System.Reflection.Assembly[] Libraries = [typeof(SemanticLayout).Assembly, typeof(SemanticModel).Assembly];

    private static readonly Architecture Library = new ArchLoader().LoadAssemblies(Libraries).Build();

    private static readonly string[][] Layers =
    [
        ["Runtime"],
        ["Formats", "Distributed", "Kernels"],
        ["Networks"],
        ["Losses", "Optimization", "Data", "Perception"],
        ["Synthesis"],
        ["Editing", "Metrics"],
        ["Training", "Inversion"],
        ["Benchmarking"],
    ];

    public static TheoryData<string, string> Forbidden()
    {
        TheoryData<string, string> pairs = [];
        for (int lower = 0; lower < Layers.Length; lower++)
            for (int upper = lower + 1; upper < Layers.Length; upper++)
                foreach (string from in Layers[lower])
                    foreach (string to in Layers[upper])
                        if (Has(from) && Has(to))
                            pairs.Add(from, to);
        return pairs;
    }

    [Theory, MemberData(nameof(Forbidden))]
    public void A_lower_folder_does_not_know_a_higher_one(string lower, string higher) =>
        Types().That().ResideInNamespaceMatching(Pattern(lower))
            .Should().NotDependOnAny(Types().That().ResideInNamespaceMatching(Pattern(higher)))
            .Check(Library);

    [Fact]
    public void The_library_does_not_know_the_console_or_command_lines()
    {
        string[] references = [.. Libraries.SelectMany(a => a.GetReferencedAssemblies()).Select(a => a.Name!)];
        Assert.DoesNotContain("System.Console", references);
        Assert.DoesNotContain(references, r => r.StartsWith("System.CommandLine", StringComparison.Ordinal) || r.StartsWith("Spectre", StringComparison.Ordinal) || r.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
    }

    private static string Pattern(string folder) => $@"^SemanticStyleGan\.{folder}(\..*)?$";

    private static bool Has(string folder) => Library.Types.Any(t => t.Namespace.FullName.StartsWith($"SemanticStyleGan.{folder}", StringComparison.Ordinal));
}
