using System.Text;
using SemanticStyleGan.Formats;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Tests.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace SemanticStyleGan.Tests.Networks;

/// <summary>Every official name and shape of the full-size networks, built without numbers, against an approved list in Fixtures.</summary>
public sealed class OfficialShapesTests
{
    [Theory, InlineData(256), InlineData(512)]
    public void Full_size_networks_have_the_approved_official_names_and_shapes(int size)
    {
        GeneratorConfig config = new() { ImageSize = size };
        using SemanticGenerator generator = new(config, Initializer.Meta);
        using DualBranchDiscriminator discriminator = new(DiscriminatorConfig.For(config), Initializer.Meta);
        StringBuilder found = new();
        foreach ((string prefix, nn.Module network) in ((string, nn.Module)[])[("g", generator), ("d", discriminator)])
        {
            Dictionary<string, Tensor> native = Weights.Of(network);
            foreach ((string name, Tensor tensor) in OfficialNames.For(native, "meta").ToOfficial(native, "meta"))
                found.Append($"{prefix}.{name} [{string.Join(", ", tensor.shape)}]\n");
        }
        string approved = Path.Combine(AppContext.BaseDirectory, "Fixtures", "approved", $"official-shapes-{size}.txt");
        if (!File.Exists(approved)) File.WriteAllText(Path.Combine(Path.GetTempPath(), $"official-shapes-{size}.txt"), found.ToString());
        Assert.True(File.Exists(approved), $"no approved list; what was found stands in the temporary folder");
        Assert.Equal(File.ReadAllText(approved).ReplaceLineEndings("\n"), found.ToString());
    }
}
