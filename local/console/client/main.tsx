import { render } from 'preact';
import { App } from './app.tsx';
import { connect } from './lib/live.ts';
import { followLinks } from './lib/router.ts';
import './style/base.css';
import './style/parts.css';
import './style/graph.css';
import './style/views.css';

connect();
followLinks();
render(<App />, document.getElementById('app')!);
