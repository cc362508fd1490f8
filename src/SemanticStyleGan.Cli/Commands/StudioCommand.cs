using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using SemanticStyleGan.Cli.Hosting;
using SemanticStyleGan.Inversion;
using SemanticStyleGan.Networks;
using SemanticStyleGan.Studio.Hosting;

namespace SemanticStyleGan.Cli.Commands;

/// <summary><c>studio</c>: the web page and the HTTP API.</summary>
internal static class StudioCommand
{
    private static readonly Option<string?> Model = CommonOptions.OptionalModel();
    private static readonly Option<int> Port = CommonOptions.Integer("--port", "Port; 0 for any that is free.", StudioOptions.StandardPort, 0, 65535);
    private static readonly Option<string> Listen = new("--listen") { Description = "Address to listen on; one beyond this machine (0.0.0.0 for all) needs a token.", HelpName = "ADDRESS", DefaultValueFactory = _ => "127.0.0.1" };
    private static readonly Option<string?> Token = new("--token") { Description = "What clients must show, at least 16 characters; a random one where --listen needs it.", HelpName = "TEXT" };

    public static Command Create() => new Command("studio", "Edit faces part by part on a web page; also an HTTP API for programs.")
    {
        Model, Port, Listen, Token,
    }.RunsAsync(Run).WithExamples(
        "semantic-stylegan studio",
        "semantic-stylegan studio --model runs/faces --port 8080",
        "semantic-stylegan studio --listen 0.0.0.0");

    private static async Task Run(ParseResult parsed, CancellationToken stop)
    {
        if (!IPAddress.TryParse(parsed.GetValue(Listen), out IPAddress? address)) throw new InputException($"--listen: '{parsed.GetValue(Listen)}', expected an IP address, for example 127.0.0.1 or 0.0.0.0.");
        string? name = parsed.GetValue(Model);
        string? token = parsed.GetValue(Token) ?? (IPAddress.IsLoopback(address) ? null : Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        StudioOptions options = new StudioOptions { Address = address, Port = parsed.GetValue(Port), Token = token, ModelName = name ?? ModelSource.Default, EncoderFile = PictureEncoder.Beside(name) }.Validate();

        using SemanticModel model = ModelSource.Open(name, Devices.Chosen(parsed));
        await using StudioServer server = await StudioServer.StartAsync(model, options, new ErrorStreamLoggerProvider());
        Console.WriteLine($"The studio is open at {server.Page} (stop with Ctrl-C).");
        await Task.Delay(Timeout.Infinite, stop).ContinueWith(_ => { }, TaskScheduler.Default);
    }
}
