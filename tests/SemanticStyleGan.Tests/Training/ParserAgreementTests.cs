using SemanticStyleGan.Perception;
using SemanticStyleGan.Tests.Perception;
using SemanticStyleGan.Training;

namespace SemanticStyleGan.Tests.Training;

public sealed class ParserAgreementTests
{
    [Fact]
    public void Training_takes_a_parser_by_file_and_notes_its_agreement()
    {
        using TemporaryFolder folder = new();
        using (Parser parser = ParserTests.Tiny()) parser.Save(folder.File("parser.safetensors"));
        TrainingConfig config = TinyTraining.Config with { ParserAgreement = 1, Parser = folder.File("parser.safetensors"), Balance = 0.3, Images = 16 };
        TinyTraining.Run(folder.File("run"), config);
        Assert.Contains("\"parser_agreement\"", File.ReadLines(Path.Combine(folder.File("run"), "log.jsonl")).Last());
        Assert.Contains("balance 0.3, now 0", Assert.Throws<InputException>(() => TinyTraining.Run(folder.File("run"), config with { Balance = 0 })).Message);
        Assert.Contains("no such parser", Assert.Throws<InputException>(() => TinyTraining.Run(folder.File("other"), config with { Parser = "nothing" })).Message);
    }
}
