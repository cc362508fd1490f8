// Faces from a web server:  dotnet run -c Release samples/web.cs  and open http://localhost:5080/face?seed=3 ; with --check it asks itself once and ends.
#:sdk Microsoft.NET.Sdk.Web
#:project ../src/SemanticStyleGan.Onnx/SemanticStyleGan.Onnx.csproj
#:property PublishAot=false

using SemanticStyleGan.Data;
using SemanticStyleGan.Onnx;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddSingleton(_ => OnnxModel.Open());
builder.Services.AddSingleton<OnnxSynthesizer>();
await using WebApplication app = builder.Build();
app.Urls.Add(args.Contains("--check") ? "http://127.0.0.1:0" : "http://localhost:5080");

app.MapGet("/face", (OnnxSynthesizer faces, long? seed, double? truncation, string? hairOf) =>
{
    CodeArray code = faces.Codes(seed ?? 0, 1, Math.Clamp(truncation ?? 0.7, 0, 1));
    if (long.TryParse(hairOf, out long other)) code = faces.Mix(from: faces.Codes(other), into: code, "hair");
    return Results.File(PngCodec.Encode(faces.Generate(code)[0].Image), "image/png");
});

await app.StartAsync();
if (!args.Contains("--check"))
{
    Console.WriteLine($"{app.Urls.First()}/face?seed=3&hairOf=8");
    await app.WaitForShutdownAsync();
    return;
}
using HttpClient client = new();
byte[] png = await client.GetByteArrayAsync($"{app.Urls.First()}/face?seed=3&hairOf=8");
Console.WriteLine($"/face: a PNG of {png.Length} bytes");
