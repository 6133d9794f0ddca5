import { render } from "preact";
import { App } from "./parts/App.tsx";

render(<App />, document.getElementById("app")!);
