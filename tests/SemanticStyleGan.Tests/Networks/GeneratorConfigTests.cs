using System.Text.Json;
using SemanticStyleGan.Networks;

namespace SemanticStyleGan.Tests.Networks;

public sealed class GeneratorConfigTests
{
    [Theory, InlineData(4, 512), InlineData(32, 512), InlineData(64, 512), InlineData(128, 256), InlineData(256, 128), InlineData(512, 64), InlineData(1024, 32)]
    public void Channels_follow_the_paper_with_multiplier_2(int resolution, int channels) =>
        Assert.Equal(channels, new GeneratorConfig().Channels(resolution));

    [Fact]
    public void All_faults_are_listed_at_once()
    {
        InputException e = Assert.Throws<InputException>(() => new GeneratorConfig { ImageSize = 100, CoarseSize = 8, Parts = 1, TransparentParts = [0] }.Validate());
        foreach (string name in (string[])["imageSize 100", "coarseSize 8", "parts 1", "transparentParts [0]"]) Assert.Contains(name, e.Message);
    }

    [Fact]
    public void A_configuration_survives_its_JSON_and_unknown_members_are_refused()
    {
        GeneratorConfig config = new() { ImageSize = 64, TransparentParts = [3] };
        Assert.Equal(config, JsonSerializer.Deserialize<GeneratorConfig>(JsonSerializer.Serialize(config, StrictJson.Options), StrictJson.Options));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<GeneratorConfig>("""{"imageSise": 64}""", StrictJson.Options));
    }
}
