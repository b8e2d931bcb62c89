import { environment } from './environments/environment.prod';

interface FeedItem {
  caption: string;
  url: string;
}

const list = document.querySelector('#feed');

fetch(`${environment.apiHost}/feed`)
  .then((answer) => answer.json())
  .then(({ rows }: { rows: FeedItem[] }) => {
    for (const { caption } of rows) {
      const item = document.createElement('li');
      item.textContent = caption;
      list?.append(item);
    }
  });
