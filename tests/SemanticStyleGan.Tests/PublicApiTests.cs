using System.Runtime.CompilerServices;
using PublicApiGenerator;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Onnx;

namespace SemanticStyleGan.Tests;

/// <summary>What the packages offer is what was agreed to: a change shows as a difference of the files in <c>PublicApi</c>.</summary>
public sealed class PublicApiTests
{
    private static readonly ApiGeneratorOptions Options = new() { IncludeAssemblyAttributes = false, DenyNamespacePrefixes = [] };

    [Theory, InlineData(typeof(SemanticLayout)), InlineData(typeof(SemanticModel)), InlineData(typeof(OnnxModel))]
    public void The_public_API_is_the_approved_one(Type anyOf)
    {
        string file = Path.Combine(Folder(), $"{anyOf.Assembly.GetName().Name}.txt");
        string actual = anyOf.Assembly.GeneratePublicApi(Options).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable("APPROVE_API") == "1") File.WriteAllText(file, actual);
        string approved = File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : "";
        string[] changes =
        [
            .. Lines(actual).Except(Lines(approved)).Select(l => $"+ {l}"),
            .. Lines(approved).Except(Lines(actual)).Select(l => $"- {l}"),
        ];
        Assert.True(actual == approved, $"{Path.GetFileName(file)} differs; approve with: .ci/approve-api\n{string.Join('\n', changes.Take(30))}");
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries);

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "PublicApi");
}
